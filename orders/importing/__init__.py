"""Orders from files: reading a table, mapping its columns, checking its rows, importing them."""
