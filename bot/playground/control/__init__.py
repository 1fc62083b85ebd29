"""The control API: everything the people of the playground can do, over HTTP and JSON."""
