"""The engines that run queries: DuckDB in this process, PostgreSQL or Spark in others; numpy needs none (`arrays.py`). Tables go in and come out as Arrow, never through pandas."""

from __future__ import annotations

from typing import Any, Protocol

from review.errors import Fault, PortfolioError, Text
from review.portfolio.extra import need

# Rows of a batch: a few of DuckDB's own vectors, so that a portfolio of some ten thousand occupies every core.
SHARED_OUT = 6 * 2048


class Engine(Protocol):
    """What evaluating needs of an engine. `dialect` is the name of its SQL."""

    dialect: str

    def load(self, name: str, table: Any) -> None:
        """Hold an Arrow table under a name, in place of what was there."""

    def fetch(self, sql: str, schema: Any) -> Any:
        """The result of a query as an Arrow table of that schema."""

    def close(self) -> None:
        """Release the connection and its tables."""


class DuckDB:
    """DuckDB in this process."""

    dialect = "duckdb"

    def __init__(self, threads: int | None = None) -> None:
        self.connection = need("duckdb").connect(":memory:", config={"threads": threads} if threads else {})
        # Its bar for long queries would stand among what a command prints.
        self.connection.execute("SET enable_progress_bar = false")

    def load(self, name: str, table: Any) -> None:
        # Batches of an Arrow table are what threads share out among themselves.
        batches = table.to_batches(max_chunksize=SHARED_OUT)
        self.connection.register(name, need("pyarrow").Table.from_batches(batches, schema=table.schema))

    def read(self, name: str, path: str) -> None:
        """Hold a Parquet file under a name: it is read as queries go."""
        quoted = path.replace("'", "''")
        self.connection.execute(f"""CREATE OR REPLACE TEMP VIEW "{name}" AS SELECT * FROM read_parquet('{quoted}')""")

    def narrow(self, name: str, sql: str) -> None:
        """Hold a query under a name, to be worked out where it is read."""
        self.connection.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')

    def fetch(self, sql: str, schema: Any) -> Any:
        # By `execute`, rows are handed over one batch after another, and one core does all the work.
        return self.connection.sql(sql).to_arrow_table().cast(schema)

    def close(self) -> None:
        self.connection.close()


class PostgreSQL:
    """A PostgreSQL database: everything is in temporary tables of one connection."""

    dialect = "postgres"

    def __init__(self, url: str) -> None:
        psycopg = need("psycopg")
        try:
            self.connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)
        except psycopg.Error as error:
            # Of an address that is none, the library would repeat all, the password too.
            told = str(error).strip() if isinstance(error, psycopg.OperationalError) else ""
            said = told.splitlines()[0] if told else type(error).__name__
            words = Text(
                f"无法连接用于计算的 PostgreSQL：{said}", f"the PostgreSQL to judge on cannot be reached: {said}"
            )
            raise PortfolioError([Fault("engine", words)]) from error

    def load(self, name: str, table: Any) -> None:
        columns = ", ".join(f'"{field.name}" {_postgres_type(field.type)}' for field in table.schema)
        with self.connection.cursor() as cursor:
            cursor.execute(f'DROP TABLE IF EXISTS "{name}"')
            cursor.execute(f'CREATE TEMP TABLE "{name}" ({columns})')
            with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                for batch in table.to_batches(max_chunksize=1000):
                    for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                        copy.write_row(row)
            cursor.execute(f'ANALYZE "{name}"')

    def fetch(self, sql: str, schema: Any) -> Any:
        pa = need("pyarrow")
        rows = self.connection.execute(sql).fetchall()
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
        return pa.table(
            [pa.array(list(values), field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
        )

    def close(self) -> None:
        self.connection.close()


def _postgres_type(kind: Any) -> str:
    types = need("pyarrow").types
    if types.is_decimal(kind):
        return f"NUMERIC({kind.precision}, {kind.scale})"
    if types.is_boolean(kind):
        return "BOOLEAN"
    return "BIGINT" if types.is_integer(kind) else "DATE" if types.is_date(kind) else "TEXT"


class Spark:
    """A Spark session, in this process (`local[*]`) or a cluster (`local-cluster[2,1,1024]`, `spark://…`)."""

    dialect = "pyspark"

    def __init__(self, master: str = "local[*]", session: Any = None) -> None:
        sql = need("pyspark.sql")
        self.owned = session is None
        try:
            self.session = session or (
                sql.SparkSession.builder.master(master).appName("two-high").config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
                .config("spark.sql.ansi.enabled", "true").config("spark.sql.execution.arrow.pyspark.enabled", "true")
                .config("spark.sql.session.timeZone", "UTC").getOrCreate()
            )  # fmt: skip
        except Exception as error:
            raise PortfolioError(
                [
                    Fault(
                        master,
                        Text(
                            f"无法启动 Spark（需要 Java 17）：{error}",
                            f"Spark cannot be started (it needs Java 17): {error}",
                        ),
                    )
                ]
            ) from error

    def load(self, name: str, table: Any) -> None:
        self.session.createDataFrame(table).createOrReplaceTempView(name)

    def read(self, name: str, path: str) -> None:
        """Hold a Parquet file under a name: each worker reads its part."""
        self.session.read.parquet(path).createOrReplaceTempView(name)

    def narrow(self, name: str, sql: str) -> None:
        """Hold a query under a name, to be worked out where it is read."""
        self.session.sql(sql).createOrReplaceTempView(name)

    def fetch(self, sql: str, schema: Any) -> Any:
        return self.session.sql(sql).toArrow().cast(schema)

    def close(self) -> None:
        if self.owned:
            self.session.stop()


def engine(name: str) -> Engine | None:
    """The engine that a name or address speaks of: `numpy` (None), `duckdb`, `postgresql://…`, `spark` or `spark:MASTER`. Raises PortfolioError."""
    if name == "numpy":
        return None
    if name == "duckdb":
        return DuckDB()
    if name.startswith("postgresql"):
        return PostgreSQL(name)
    if name == "spark" or name.startswith("spark:"):
        return Spark(name.removeprefix("spark").removeprefix(":") or "local[*]")
    raise PortfolioError(
        [Fault("engine", Text(f"没有引擎“{name}”；可用：numpy、duckdb、postgresql://…、spark", f"no engine “{name}”; there are: numpy, duckdb, postgresql://…, spark"))]
    )  # fmt: skip
