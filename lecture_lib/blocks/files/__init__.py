"""Files as blocks of rows: each is read where it is summarised, never as a whole."""
