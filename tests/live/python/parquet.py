"""Prints what DuckDB, pandas and Polars each read from a folder's Parquet files, as JSON with every value as text."""

import json
import struct
import sys

import duckdb
import pandas
import polars

folder = sys.argv[1]


def text(value):
    """Floats by their bits, so that NaN, -0 and the last digit count; maps as sorted pairs."""
    if value is None or value is pandas.NA:
        return None
    if isinstance(value, float):
        return "NaN" if value != value else struct.pack(">d", value).hex()
    if isinstance(value, dict):
        return [[text(key), text(each)] for key, each in sorted(value.items())]
    if isinstance(value, (list, tuple)) or hasattr(value, "to_list"):
        pairs = [tuple(each.values()) if isinstance(each, dict) else tuple(each) for each in value]
        return [[text(key), text(each)] for key, each in sorted(pairs)]
    return str(value)


def by_duckdb(name):
    result = duckdb.sql(f"SELECT * FROM '{folder}/{name}.parquet'")
    return [dict(zip(result.columns, row)) for row in result.fetchall()]


def by_pandas(name):
    # pandas has no integers that may be missing unless it is asked for them.
    frame = pandas.read_parquet(f"{folder}/{name}.parquet", dtype_backend="pyarrow")
    return frame.astype(object).to_dict("records")


def by_polars(name):
    return polars.read_parquet(f"{folder}/{name}.parquet").to_dicts()


for reader in (by_duckdb, by_pandas, by_polars):
    for name in ("metrics", "params", "runs"):
        rows = [{key: text(value) for key, value in row.items()} for row in reader(name)]
        print(json.dumps({"reader": reader.__name__, "name": name, "rows": rows}))
