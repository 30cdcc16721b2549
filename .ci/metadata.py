"""Answers one question about the package `authing` from `cargo metadata`, read from standard input."""

import json
import sys


def features(package, _metadata):
    return sorted(name for name in package["features"] if name != "default")


def rust_version(package, _metadata):
    return [package["rust_version"]]


def newer_dependencies(package, metadata):
    """Fails if a crate that the library is built from, on any platform, needs a newer Rust."""
    ours = parsed(package["rust_version"])
    packages = {each["id"]: each for each in metadata["packages"]}
    newer = sorted(
        f"{each['name']} {each['version']} needs Rust {each['rust_version']}"
        for each in (packages[id] for id in built_from(package["id"], metadata))
        if parsed(each["rust_version"] or "0") > ours
    )
    if newer:
        sys.exit("\n".join(newer))
    return []


def built_from(root, metadata):
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    reached, waiting = {root}, [root]
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            kinds = {kind["kind"] for kind in dependency["dep_kinds"]}
            if kinds != {"dev"} and dependency["pkg"] not in reached:
                reached.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    return reached


def parsed(version):
    """1.85 and 1.85.0 are the same Rust."""
    parts = [int(part) for part in version.split(".")]
    return parts + [0] * (3 - len(parts))


QUESTIONS = {
    "features": features,
    "rust-version": rust_version,
    "newer-dependencies": newer_dependencies,
}

if __name__ == "__main__":
    metadata = json.load(sys.stdin)
    package = next(each for each in metadata["packages"] if each["name"] == "authing")
    for line in QUESTIONS[sys.argv[1]](package, metadata):
        print(line)
