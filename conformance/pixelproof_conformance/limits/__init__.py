"""What an endpoint really enforces: the documented bounds are looked for on the wire, by bisection.

scales  -> which bounds a document declares, and a request for every place on their scales
search  -> where between accepted and refused the bound lies, in few probes
survey  -> the probes sent, counted and read
search_run -> from what a user asks for to what is known, whatever happens on the way
table   -> documented beside observed, for people
"""
