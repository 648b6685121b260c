#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a part of Kubernetes' own e2e suite against an agent that it starts under a root of its own. Needs root,
# kubectl, and a suite that somebody has built (docs/conformance.md).
#
#   scripts/e2e.sh HOOKLET E2E_TEST IMAGES ROOT
#
# E2E_TEST   the suite's program, e2e.test; FOLDER/ginkgo beside it runs several specs at a time
# IMAGES     a folder with image archives (*.tar) under the names that the suite asks for
# E2E_FOCUS, E2E_SKIP   regular expressions of specs; all [NodeConformance] but the slow ones and pulls from outside
# E2E_NODES             how many specs at a time: 2
#
# The report is ROOT/e2e.log; the exit code is the suite's.
set -euo pipefail

if [ $# -ne 4 ]; then
    echo "usage: $0 HOOKLET E2E_TEST IMAGES ROOT" >&2
    exit 2
fi
hooklet=$1 suite=$2 images=$3 root=$4
focus=${E2E_FOCUS:-'\[NodeConformance\]'}
skip=${E2E_SKIP:-'\[Slow\]|should be able to pull image|private registry with secret'}
mkdir -p "$root"
export KUBECONFIG=$root/kubeconfig

"$hooklet" agent --root "$root" --listen 127.0.0.1:0 --node-name e2e --eviction-hard '' --image-gc-high-threshold 100 \
    >"$root/agent.log" 2>&1 &
agent=$!
accounts=
stop() {
    if [ -n "$accounts" ]; then kill -- -"$accounts" 2>/dev/null || true; fi
    # Pods outlive an agent: their namespaces go first, which ends them.
    kubectl get namespaces -o name | grep -vE '/(default|kube-.*)$' | xargs -r kubectl delete --timeout=120s >/dev/null || true
    kill "$agent" 2>/dev/null || true
    wait "$agent" || true
}
trap stop EXIT
until [ -s "$KUBECONFIG" ] && kubectl get --raw /readyz >/dev/null 2>&1; do
    kill -0 "$agent" # says so and ends here when the agent has ended
    sleep 0.2
done
for image in "$images"/*.tar; do
    "$hooklet" image load --root "$root" "$image"
done

# Suites before 1.24 wait until a namespace's account names a Secret, which no API server has given it since.
name_secrets() {
    kubectl get serviceaccounts --all-namespaces --watch \
        -o jsonpath='{.metadata.namespace} {.metadata.name} {.secrets}{"\n"}' |
        while read -r namespace name secrets; do
            if [ "$name" = default ] && [ -z "$secrets" ]; then
                kubectl -n "$namespace" patch serviceaccount default -p '{"secrets":[{"name":"none"}]}' || true
            fi
        done
}
if grep -qa serviceAccountHasSecrets "$suite"; then
    set -m # a process group of its own
    name_secrets >/dev/null 2>&1 &
    accounts=$!
    set +m
fi

"$(dirname "$suite")/ginkgo" -nodes="${E2E_NODES:-2}" -noColor -seed=1 -focus="$focus" -skip="$skip" "$suite" -- \
    -kubeconfig "$KUBECONFIG" -provider=skeleton -num-nodes=1 -kubectl-path="$(command -v kubectl)" \
    ${E2E_SOURCES:+-repo-root="$E2E_SOURCES"} 2>&1 | tee "$root/e2e.log" | grep -E '^(Ran |FAIL!|SUCCESS!)|"msg":"FAILED'
