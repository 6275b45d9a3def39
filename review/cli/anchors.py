"""`checkpoint`, `signing-key`, `witness`: proofs of the record for others, stored where a person who controls the record cannot change them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from review.cli.options import (
    NOT_ALL,
    DatabaseOption,
    FormatOption,
    OfficerOption,
    OutOption,
    acts,
    emit,
    opened,
    read_file,
    refusing,
    require_format,
    stop,
)  # fmt: skip
from review.errors import Fault, Text
from review.verdict.terminal import safe

_CLI = "two-high"


def checkpoint(
    since: Annotated[
        Path | None,
        typer.Option(
            "--since", metavar="FILE", help="另行保存的检查点；附上一致性证明 / a checkpoint kept elsewhere: the proof that this goes on from it comes with it"
        ),
    ] = None,
    out: OutOption = None,
    database: DatabaseOption = None,
) -> None:  # fmt: skip
    """记下并签署检查点，交存到锚点文件夹，供另行保存 / record and sign a checkpoint, hand it out, to be kept elsewhere."""
    from review.record.proof import anchors, checkpoints
    from review.record.proof.checkpoints import Signed
    from review.record.proof.receipts import read_checkpoint
    from review.record.storage.journal import checkpoint as recorded

    with refusing():
        older = read_checkpoint(read_file(since), str(since)) if since else None
    with opened(database, create=False) as store:
        with store.writing() as connection:
            if recorded(connection) is None:
                raise stop(Fault("--database", Text("记录是空的", "the record is empty")))
            checkpoints.sign(connection)
        folder = anchors.folder_of(store)
        with store.reading() as connection:
            found = checkpoints.last_signed(connection)
            assert found is not None
            if folder is not None:
                anchors.hand_out(connection, folder)
            if older is not None:
                proven: Signed = {**found, "consistency": checkpoints.consistency(connection, older, found["position"])}
                found = proven
    emit(found, out)


def signing_key(
    replace: Annotated[
        bool,
        typer.Option("--replace", help="密钥文件丢失或泄露后另建一个 / make another after the key file was lost or seen by others"),
    ] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="另建的原因，写入记录 / why, recorded")] = None,
    officer: OfficerOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:  # fmt: skip
    """签署检查点的公钥及其指纹，供另行保存；没有密钥文件时建一个 / the public keys that sign checkpoints, to be kept elsewhere."""
    from review.record.access.signing_key import replace_key
    from review.record.storage.key_file import all_keys, fingerprint

    require_format(format)
    if replace and not (reason or "").strip():
        raise stop(Fault("--reason", Text("另建密钥须写明原因", "say why another key is made")))
    with opened(database) as store:
        if replace:
            replace_key(store, reason, acts(officer or _CLI))
        else:
            with store.writing() as connection:
                store.key_file.for_writing(connection)
        with store.reading() as connection:
            found = [{**each, "fingerprint": fingerprint(each["public"])} for each in all_keys(connection)]
    if format == "json":
        emit({"key_file": str(store.key_file.path), "keys": found})
        return
    for each in found:
        end = f"停用 ended {each['ended']}: {each['reason']}" if each["ended"] else "在用 in use"
        print(safe(f"{each['fingerprint']}  {each['public']}  {each['made']}  {end}"))


def witness(
    checkpoint: Annotated[Path, typer.Argument(metavar="FILE", help="签名检查点 / the signed checkpoint")],
    seen: Annotated[
        Path, typer.Option("--seen", metavar="FOLDER", help="见证人保存所见检查点的文件夹 / where the witness keeps what it has seen")
    ],
    key_file: Annotated[
        Path, typer.Option("--key-file", metavar="FILE", help="见证人自己的密钥文件，没有时建一个 / the witness's own key file, made if there is none")
    ] = Path("witness.keys"),
    accept_key: Annotated[
        str | None,
        typer.Option("--accept-key", metavar="FINGERPRINT", help="核实后接受新的签署密钥 / accept another signing key, after asking the office"),
    ] = None,
    out: OutOption = None,
) -> None:  # fmt: skip
    """见证：核对检查点与上次所见一致后会签 / co-sign a checkpoint after checking that it goes on from the last one seen."""
    from review.record.proof.witness import Inconsistent, Witness

    with refusing():
        try:
            found = Witness.at(seen, key_file).cosigned(read_file(checkpoint), str(checkpoint), accept_key)
        except Inconsistent as error:
            from review.cli.options import complain

            complain(*error.faults)
            raise typer.Exit(NOT_ALL) from None
    emit(found, out)
