#!/usr/bin/env bash
# Everything that a change has to pass, cheapest first. Needs Rust and a C compiler.
#
# The programs that judge certwright's output (openssl, curl, nginx, haproxy, certtool, keytool and java, Python's
# cryptography, pkilint) are installed where this machine lets us (Debian, root; pkilint from PyPI, into target/peers).
# Where one stays missing, its tests are skipped and say so;
# under CI, or with CERTWRIGHT_PEERS=required, that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"
FUZZ_SECONDS="${FUZZ_SECONDS:-20}"
FEATURE_SETS=("--no-default-features" "" "--all-features")
MUSL="$(uname -m)-unknown-linux-musl"

# Gone at the end, however that comes.
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT

step() { printf '\n== %s (%ss)\n' "$*" "$SECONDS"; }

install_peers() {
    local packages=()
    command -v openssl >/dev/null || packages+=(openssl)
    command -v curl >/dev/null || packages+=(curl)
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || packages+=(nginx-light)
    command -v haproxy >/dev/null || [ -x /usr/sbin/haproxy ] || packages+=(haproxy)
    command -v certtool >/dev/null || packages+=(gnutls-bin)
    command -v javac >/dev/null || packages+=(default-jdk-headless)
    command -v script >/dev/null || packages+=(bsdutils)
    python3 -c "import cryptography" 2>/dev/null || packages+=(python3-cryptography)
    python3 -c "import ensurepip" 2>/dev/null || packages+=(python3-venv)
    # For the ratios only: the peers in benches/peers are compiled.
    [ -e /usr/include/openssl/pem.h ] || packages+=(libssl-dev)
    # For the program as one file.
    [ "$(uname -s)" != Linux ] || command -v musl-gcc >/dev/null || packages+=(musl-tools)
    [ ${#packages[@]} -eq 0 ] && return
    if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -q && apt-get install -y -q --no-install-recommends "${packages[@]}"; } >/dev/null ||
            echo "could not install: ${packages[*]}"
    else
        echo "not installed, and not installable here: ${packages[*]}"
    fi
}

# The linter for RFC 5280; its version is pinned, so that new rules come in with a commit.
install_pkilint() {
    command -v lint_pkix_cert >/dev/null || [ -x target/peers/bin/lint_pkix_cert ] && return
    { python3 -m venv target/peers && target/peers/bin/pip install -q pkilint==0.13.3; } >/dev/null ||
        echo "could not install: pkilint"
}

# The target of the program as one file.
install_musl() {
    [ "$(uname -s)" = Linux ] || return 0
    has_musl || { command -v rustup >/dev/null && rustup target add "$MUSL"; } >/dev/null 2>&1 ||
        echo "could not install: the target $MUSL"
}

has_musl() {
    command -v musl-gcc >/dev/null && [ -d "$(rustc --print target-libdir --target "$MUSL")" ]
}

require_peers_where_possible() {
    local peer missing=()
    for peer in openssl curl nginx haproxy certtool keytool javac script; do
        command -v "$peer" >/dev/null || [ -x "/usr/sbin/$peer" ] || missing+=("$peer")
    done
    python3 -c "import cryptography" 2>/dev/null || missing+=("Python's cryptography")
    command -v lint_pkix_cert >/dev/null || [ -x target/peers/bin/lint_pkix_cert ] || missing+=(pkilint)
    if [ ${#missing[@]} -eq 0 ] || [ -n "${CI:-}" ]; then
        export CERTWRIGHT_PEERS="${CERTWRIGHT_PEERS:-required}"
    else
        echo "tests that need ${missing[*]} are skipped"
    fi
}

# The program as docs/offline-ca.md has it: it works where there is nothing else.
one_file() {
    if has_musl; then
        cargo build --quiet --release --features cli --target "$MUSL"
        works_alone "target/$MUSL/release/certwright"
    else
        echo "not built for $MUSL: target or musl-gcc missing"
    fi
    if [ "$(uname -s)" = Linux ] && [ -e "$(cc -print-file-name=libc.a)" ]; then
        cargo rustc --quiet --release --features cli --bin certwright -- -C target-feature=+crt-static
        works_alone target/release/certwright
    else
        echo "not built with the C library of this system: it has no static one"
    fi
}

works_alone() {
    if [ "$(ldd "$1" 2>/dev/null | tr -d '[:space:]')" != staticallylinked ]; then
        echo "$1 needs other files"
        return 1
    fi
    rm -rf "$SCRATCH/pki"
    env -i "$1" --home "$SCRATCH/pki" --quiet quickstart --domain api.example.test
    env -i "$1" --home "$SCRATCH/pki" ledger verify
}

fuzz() {
    if ! RUSTUP_TOOLCHAIN=nightly cargo --version >/dev/null 2>&1; then
        echo "no nightly toolchain: the corpora were replayed above, new inputs are not searched for"
        return
    fi
    cargo fuzz --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-fuzz@0.13.2
    export RUSTUP_TOOLCHAIN=nightly
    cargo fuzz build
    # New inputs go to the scratch folder, so that the committed corpus stays as it is; those that break something are
    # kept in fuzz/artifacts.
    cargo fuzz list | xargs -P 2 -I TARGET sh -c '
        mkdir -p "$1/TARGET" fuzz/artifacts/TARGET
        words=fuzz/dictionaries/TARGET.dict
        [ -e "$words" ] || words=fuzz/dictionaries/der.dict
        if cargo fuzz run TARGET "$1/TARGET" fuzz/corpus/TARGET -- -max_total_time="$2" -rss_limit_mb=2048 \
            -dict="$words" -artifact_prefix=fuzz/artifacts/TARGET/ -print_final_stats=1 >"$1/TARGET.log" 2>&1
        then echo "fuzz TARGET: $(grep -o "cov: [0-9]*" "$1/TARGET.log" | tail -1), $(grep -o "stat::number_of_executed_units: .*" "$1/TARGET.log")"
        else tail -40 "$1/TARGET.log"; exit 255; fi' sh "$SCRATCH" "$FUZZ_SECONDS"
}

step "peers"
install_peers
install_pkilint
install_musl
require_peers_where_possible

step "formatting"
cargo fmt --check

step "floors and doors"
cargo test --quiet --all-features --test architecture

for features in "${FEATURE_SETS[@]}"; do
    step "clippy ${features:-default features}"
    # shellcheck disable=SC2086
    cargo clippy --quiet --all-targets $features -- -D warnings
done

for features in "${FEATURE_SETS[@]}"; do
    step "tests ${features:-default features}"
    # shellcheck disable=SC2086
    cargo test $features
done

for features in "${FEATURE_SETS[@]}"; do
    step "documentation ${features:-default features}"
    # shellcheck disable=SC2086
    RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps $features
done

step "package"
cargo package --quiet --allow-dirty

step "ratios"
cargo bench --quiet --features cli --bench ratios -- --quick

step "one file"
one_file

step "fuzzing, $FUZZ_SECONDS s a target"
fuzz

step "passed"
