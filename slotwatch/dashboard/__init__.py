"""`slotwatch dashboard`: one static HTML page of charts and companies, which needs no server and no network."""
