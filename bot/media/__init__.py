"""Pictures: the codes in them and what a face looks like, read in processes of their own."""
