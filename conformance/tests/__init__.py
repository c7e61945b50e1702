"""Tests of the runner, the reference gateway, the reports and the documents."""
