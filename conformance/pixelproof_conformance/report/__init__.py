"""Everything that shows a run to people and machines; each form is made from the one :class:`Report`."""
