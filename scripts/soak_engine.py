#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pods come and go on a real containerd while the agent and the engine are killed at random moments.

soak_engine.py HOOKLET IMAGES ROOT SECONDS [SEED]

Needs root. For four fifths of the time both are killed; in the last fifth Pods come and go undisturbed and the
memory of both is watched. At the end nothing may be left: no process, mount, network namespace, cgroup, address,
file of a Pod or open file of the agent. Every hook of the Pods says on the host that it ran. Returns 1 and says
what is wrong otherwise.
"""

from __future__ import annotations

import collections
import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import typing

CGROUPS = pathlib.Path("/sys/fs/cgroup")
SAY = "say() { echo $1 $NAME $(cut -d' ' -f22 /proc/1/stat) >> /out/log; }; "
POLITE = SAY + "trap 'say term; exit 0' TERM; say start; sleep infinity & wait"


def hook(name: str, tenths: int) -> typing.Any:
    return {"exec": {"command": ["sh", "-c", SAY + f"say {name}.begin; sleep 0.{tenths}; say {name}.end"]}}


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("box", timeout=20)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


def text_of(path: pathlib.Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def processes() -> typing.Iterator[pathlib.Path]:
    return (p for p in pathlib.Path("/proc").iterdir() if p.name.isdigit())


def memory_kib(pid: int) -> int:
    found = re.search(r"RssAnon:\s+(\d+)", text_of(pathlib.Path(f"/proc/{pid}/status")))
    return int(found.group(1)) if found else 0


def open_files(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


class Soak:
    def __init__(self, hooklet: str, images: str, root: str, seed: int) -> None:
        self.hooklet, self.images = hooklet, images
        self.root = pathlib.Path(root).resolve()
        self.out = self.root / "out"
        self.random = random.Random(seed)
        self.agent: subprocess.Popen[bytes] | None = None
        self.made = 0
        self.living: dict[str, float] = {}
        self.counts: collections.Counter[str] = collections.Counter()
        self.failures: list[str] = []

    # The agent and its engine.

    def command(self, *args: str) -> list[str]:
        return [self.hooklet, "--root", str(self.root / "agent"), *args]

    def start(self) -> None:
        log = open(self.root / "agent.log", "ab")
        self.agent = subprocess.Popen(
            self.command("agent", "--listen", "127.0.0.1:0", "--node-name", "box", "--eviction-hard", "",
                         "--image-gc-high-threshold", "100", "--back-off-base", "1s"), stdout=log, stderr=log)

    def engine_pid(self) -> int:
        for process in processes():
            words = text_of(process / "cmdline").split()
            if words and words[0].endswith("containerd") and str(self.root / "agent") in " ".join(words):
                return int(process.name)
        return 0

    def ask(self, method: str, path: str, body: typing.Any = None) -> tuple[int, typing.Any]:
        """Status 0: nobody answers."""
        connection = UnixConnection(str(self.root / "agent/run/api.sock"))
        try:
            connection.request(method, "/api/v1/" + path, json.dumps(body) if body is not None else None,
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        except (OSError, ValueError, http.client.HTTPException):
            return 0, {}
        finally:
            connection.close()

    def pods(self) -> list[typing.Any] | None:
        status, answer = self.ask("GET", "namespaces/default/pods")
        return answer["items"] if status == 200 else None

    # The Pods.

    def pod(self, name: str, kind: str) -> typing.Any:
        container: dict[str, typing.Any] = {
            "name": "main", "image": "hooklet.dev/demo/busybox:1", "command": ["sh", "-c", POLITE],
            "env": [{"name": "NAME", "value": name}],
            "volumeMounts": [{"name": "out", "mountPath": "/out"}, {"name": "tmp", "mountPath": "/scratch"}],
        }
        spec: dict[str, typing.Any] = {
            "terminationGracePeriodSeconds": 20, "containers": [container],
            "volumes": [{"name": "out", "hostPath": {"path": str(self.out)}},
                        {"name": "tmp", "emptyDir": {"medium": "Memory"}}],
        }
        delay = self.random.randint(1, 9)
        if kind != "job":
            container["lifecycle"] = {"postStart": hook("postStart", delay), "preStop": hook("preStop", delay)}
        if kind == "job":
            spec["restartPolicy"] = "Never"
            container["command"] = ["sh", "-c", "sleep 1; dd if=/dev/zero of=/scratch/file bs=1k count=64"]
        if kind == "sick":
            container["livenessProbe"] = {"exec": {"command": ["sh", "-c", "[ -e /scratch/well ] || { touch /scratch/well; exit 1; }"]},
                                          "periodSeconds": 1, "failureThreshold": 1}
        if kind == "init":
            spec["initContainers"] = [{"name": "first", "image": container["image"], "command": ["sh", "-c", "sleep 0.5"]}]
        if kind == "probed":
            container["readinessProbe"] = {"exec": {"command": ["true"]}, "periodSeconds": 1}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}

    def tend(self, most: int) -> None:
        """Makes Pods, and removes those whose time has come."""
        now = time.monotonic()
        if len(self.living) < most:
            name = f"p{self.made}"
            kind = self.random.choice(["plain", "job", "sick", "init", "probed"])
            if self.ask("POST", "namespaces/default/pods", self.pod(name, kind))[0] in (201, 409):
                self.made += 1
                self.living[name] = now + self.random.uniform(1, 20)
        for name, end in list(self.living.items()):
            if end < now and self.ask("DELETE", f"namespaces/default/pods/{name}")[0] in (200, 202, 404):
                del self.living[name]

    def disturb(self) -> None:
        what = self.random.choices(["agent killed", "engine killed", "both killed", "agent stopped"], [5, 3, 1, 1])[0]
        self.counts[what] += 1
        assert self.agent
        if what in ("engine killed", "both killed"):
            if pid := self.engine_pid():
                os.kill(pid, signal.SIGKILL)
        if what != "engine killed":
            self.agent.send_signal(signal.SIGTERM if what == "agent stopped" else signal.SIGKILL)

    def revive(self) -> None:
        assert self.agent
        code = self.agent.poll()
        if code is None:
            return
        if code not in (0, -signal.SIGKILL):
            self.failures.append(f"the agent ended with {code}")
        self.start()

    # What is left.

    def traces(self) -> list[str]:
        """What only running Pods may have."""
        agent = self.root / "agent"
        left = [f"folder {p}" for p in (agent / "state/pods").glob("*")]
        left += [f"address {p.name}" for p in (agent / "state/containerd/cni-addresses").glob("*/*")
                 if p.name != "lock" and not p.name.startswith("last_reserved")]
        left += [f"bundle {p.name}" for p in (agent / "run/containerd/io.containerd.runtime.v2.task/k8s.io").glob("*")]
        left += [f"work of bundle {p.name}" for p in
                 (agent / "state/containerd/io.containerd.runtime.v2.task/k8s.io").glob("*")]
        left += [f"runc {p.name}" for p in (agent / "run/containerd/runc/k8s.io").glob("*")]
        left += [f"logs {p.name}" for p in (agent / "log/pods").glob("*")]
        left += [f"link {p.name}" for p in (agent / "log/containers").glob("*")]
        left += [f"mount {line.split()[4]}" for line in text_of(pathlib.Path("/proc/self/mountinfo")).splitlines()
                 if str(agent) in line]
        left += [f"cgroup {p}" for p in self.cgroups() for p in p.glob("*/pod*")]
        left += [f"cgroup {p}" for p in self.cgroups() for p in p.glob("pod*")]
        left += [f"process {p.name} {text_of(p / 'cmdline')[:120]}" for p in processes()
                 if "containerd-shim" in (line := text_of(p / "cmdline")) and str(agent) in line]
        return left

    def all_traces(self) -> list[str]:
        """What only a running engine may have."""
        agent = str(self.root / "agent")
        left = self.traces() + [f"cgroup {p}" for p in self.cgroups()]
        left += [f"process {p.name} {line[:120]}" for p in processes()
                 if agent in (line := text_of(p / "cmdline")) and int(p.name) != os.getpid()]
        rules = subprocess.run(["iptables-save"], capture_output=True, text=True, check=False).stdout
        left += [f"rule {line}" for line in rules.splitlines() if self.bridge in line]
        if pathlib.Path(f"/sys/class/net/{self.bridge}").exists():
            left.append(f"link {self.bridge}")
        return left

    def cgroups(self) -> list[pathlib.Path]:
        return [p for p in (CGROUPS / self.cgroup, *CGROUPS.glob(f"*/{self.cgroup}")) if p.exists()]

    def learn_names(self) -> None:
        config = json.loads(text_of(self.root / "agent/run/containerd/cni/10-hooklet.conflist"))
        self.bridge = config["plugins"][0]["bridge"]
        self.cgroup = "hooklet-" + self.bridge.removeprefix("hkl")
        for process in processes():
            if "NAME=p" in text_of(process / "environ") and str(self.root) in text_of(process / "mountinfo"):
                found = re.search(r"/(hooklet-[0-9a-f]+)/", text_of(process / "cgroup"))
                if found:
                    self.cgroup = found.group(1)

    def wait(self, what: str, done: typing.Callable[[], bool], limit: float = 120) -> bool:
        end = time.monotonic() + limit
        while not done():
            if time.monotonic() > end:
                self.failures.append(f"{what}: not after {limit:.0f} s")
                return False
            time.sleep(0.2)
        return True

    # The course.

    def begin(self) -> None:
        self.out.mkdir(parents=True)
        subprocess.run(self.command("image", "load", f"{self.images}/busybox.tar"), check=True, stdout=subprocess.DEVNULL)
        self.start()
        self.wait("the agent answers", lambda: self.ask("GET", "namespaces/default")[0] == 200)

    def storm(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        next_kill = time.monotonic() + 15
        named = False
        while time.monotonic() < end:
            self.revive()
            self.tend(8)
            if not named and self.out.joinpath("log").exists():
                self.learn_names()
                named = True
            if time.monotonic() > next_kill:
                self.disturb()
                next_kill = time.monotonic() + self.random.uniform(1, 15)
                time.sleep(self.random.uniform(0, 2))
            time.sleep(0.3)
        self.revive()

    def calm(self, seconds: float) -> None:
        """Both live on, and their memory stays as it is."""
        assert self.agent
        samples: list[tuple[int, int]] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tend(8)
            samples.append((memory_kib(self.agent.pid), memory_kib(self.engine_pid())))
            time.sleep(1)
        part = max(1, len(samples) // 4)
        for name, index in (("agent", 0), ("engine", 1)):
            early = statistics.median(s[index] for s in samples[part:2 * part] or samples)
            late = statistics.median(s[index] for s in samples[-part:])
            print(f"memory of the {name}: {early / 1024:.1f} MiB, at the end {late / 1024:.1f} MiB")
            if late > early * 1.25 + 4096:
                self.failures.append(f"the memory of the {name} grows")

    def finish(self) -> None:
        def nothing_left() -> bool:
            for name in [p["metadata"]["name"] for p in self.pods() or []]:
                self.ask("DELETE", f"namespaces/default/pods/{name}")
            return self.pods() == []

        if not self.wait("all Pods are gone", nothing_left):
            self.failures += [f"Pod {p['metadata']['name']}: {json.dumps(p['status'])[:600]}" for p in self.pods() or []]
        if not self.wait("nothing of Pods is left", lambda: not self.traces(), 150):  # logs go once a minute
            self.failures += self.traces()
        assert self.agent
        files = open_files(self.agent.pid)
        print(f"open files of the agent: {files}")
        if files > 40:
            self.failures.append("the agent has files open:\n" + "\n".join(
                os.readlink(f"/proc/{self.agent.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{self.agent.pid}/fd")))
        self.agent.send_signal(signal.SIGTERM)
        if self.agent.wait(30) != 0:
            self.failures.append("the agent did not end well")
        subprocess.run(self.command("image", "list"), check=True, stdout=subprocess.DEVNULL)
        self.failures += [f"left: {trace}" for trace in self.all_traces()]

    def cancelled_post_starts(self) -> collections.Counter[str]:
        """By Pod, the runs whose postStart was cancelled."""
        with contextlib.closing(sqlite3.connect(self.root / "agent/state/journal.db")) as journal:
            return collections.Counter(dict(journal.execute(
                "SELECT pod_name, COUNT(DISTINCT container_id) FROM hook_attempts "
                "WHERE hook = 'postStart' AND outcome = 'Cancelled' GROUP BY pod_name")))

    def check_hooks(self) -> None:
        """Each run of a container that says so has had its postStart, and its preStop before the stop signal."""
        said: dict[str, set[tuple[str, str]]] = collections.defaultdict(set)
        for line in text_of(self.out / "log").splitlines():
            what, *who = line.split()
            if len(who) == 2:
                said[what].add((who[0], who[1]))
        for run in sorted(said["term"] - said["preStop.end"]):
            self.failures.append(f"{run}: no preStop before the stop signal")
        # A deletion may end it, and may keep it from beginning, which the journal says.
        cancelled = self.cancelled_post_starts()
        for run in sorted(said["term"] - said["postStart.begin"]):
            cancelled[run[0]] -= 1
            if cancelled[run[0]] < 0:
                self.failures.append(f"{run}: no postStart")
        print(f"{self.made} Pods, {len(said['start'])} runs of their containers with hooks, "
              f"{len(said['postStart.end'])} postStart and {len(said['preStop.end'])} preStop delivered")


def main() -> int:
    hooklet, images, root, seconds, *more = sys.argv[1:]
    seed = int(more[0]) if more else int(time.time())
    soak = Soak(hooklet, images, root, seed)
    print(f"seed {seed}", flush=True)
    soak.begin()
    soak.storm(float(seconds) * 0.8)
    soak.calm(float(seconds) * 0.2)
    soak.finish()
    soak.check_hooks()
    print(", ".join(f"{count} times {what}" for what, count in sorted(soak.counts.items())))
    for failure in soak.failures:
        print("FAILED:", failure)
    if not soak.failures:
        shutil.rmtree(soak.root)
    print("soak:", "failed" if soak.failures else "nothing lost, nothing left")
    return 1 if soak.failures else 0


if __name__ == "__main__":
    sys.exit(main())
