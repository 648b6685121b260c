// SPDX-License-Identifier: Apache-2.0
#include "support/lives.hpp"

#include <map>

namespace hooklet::sim {

namespace {

void apply(Life& life, const Observation& o) {
    switch (o.kind) {
        case Kind::container_started:
            life.started = o.at;
            break;
        case Kind::start_unanswered:
            life.start_unanswered = true;
            break;
        case Kind::term:
            life.term = o.at;
            break;
        case Kind::kill:
            // Nobody's stop: an OOM kill, say.
            if (life.kill || o.detail == outside) break;
            life.kill = o.at;
            life.kill_cause = o.detail;
            break;
        case Kind::exited:
            life.exited = o.at;
            life.succeeded = o.code == 0 && o.detail != "OOMKilled";
            break;
        default:
            break;
    }
}

bool same_place(const HookFacts& hook, const Life& life, const Observation& o) {
    if (!o.detail.ends_with(hook.marker)) return false;
    const std::string host = o.detail.substr(0, o.detail.size() - hook.marker.size());
    return hook.host.empty() ? o.pod == life.pod : host == hook.host;
}

bool begins(Kind kind, HookFacts::Via via) {
    if (via == HookFacts::Via::exec) return kind == Kind::exec_begin || kind == Kind::exec_refused;
    return kind == Kind::http_hit || kind == Kind::tcp_hit || kind == Kind::net_refused;
}

bool ends(Kind kind) {
    return kind == Kind::exec_end || kind == Kind::exec_detached || kind == Kind::http_end;
}

bool belongs(const HookFacts& hook, const Life& life, const Observation& o, MonotonicTime until) {
    if (hook.via == HookFacts::Via::exec) return o.id == life.id && o.detail == hook.marker;
    return same_place(hook, life, o) && o.at >= *life.started && (o.at < until || ends(o.kind));
}

}  // namespace

std::vector<Life> lives_of(const History& history) {
    std::vector<Life> lives;
    std::map<std::string, std::size_t> by_id;
    std::map<std::string, std::string> sandboxes;  // the newest, by Pod
    for (const Observation& o : history.all()) {
        if (o.kind == Kind::sandbox_created) {
            sandboxes[o.pod] = o.id;
        } else if (o.kind == Kind::container_created) {
            by_id[o.id] = lives.size();
            lives.push_back({.pod = o.pod,
                             .name = o.container,
                             .id = o.id,
                             .sandbox = sandboxes[o.pod],
                             .attempt = o.code,
                             .created = o.at});
        } else if (const auto known = by_id.find(o.id); known != by_id.end()) {
            apply(lives[known->second], o);
        }
    }
    return lives;
}

std::vector<HookUse> uses_of(const History& history, const HookFacts& hook, const Life& life,
                             MonotonicTime until) {
    std::vector<HookUse> uses;
    if (hook.via == HookFacts::Via::sleep || !life.started) return uses;
    for (const Observation& o : history.all()) {
        if (!belongs(hook, life, o, until)) continue;
        if (begins(o.kind, hook.via)) {
            const bool refused = o.kind == Kind::exec_refused || o.kind == Kind::net_refused;
            const bool over = refused || o.kind == Kind::tcp_hit;
            uses.push_back({o.at, over ? std::optional(o.at) : std::nullopt, refused});
        } else if (ends(o.kind) && !uses.empty() && !uses.back().end) {
            uses.back().end = o.at;
        }
    }
    return uses;
}

}  // namespace hooklet::sim
