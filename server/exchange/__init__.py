"""Other people's systems. Today: spreadsheets in and out, since that is what warehouses really exchange.

A file is read whole and every mistake in it is named at once, by row and column; nothing is written unless all rows
are good, or the asker wants the good ones (`partial`). The same file taken twice changes nothing.
"""
