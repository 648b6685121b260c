// SPDX-License-Identifier: Apache-2.0
#include "sim/steps.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

using Words = std::vector<std::string>;

std::optional<Duration> grace_of(const Words& words, std::size_t index) {
    return index < words.size() ? std::optional(duration_of(words[index])) : std::nullopt;
}

std::string rest_of(const Words& words, std::size_t from) {
    return join({words.begin() + static_cast<std::ptrdiff_t>(std::min(from, words.size())), words.end()});
}

void bring_image(SimWorld& world, const Words& words) {
    SimImage image{.name = words.at(0)};
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        const std::string value = word.substr(std::min(word.find('=') + 1, word.size()));
        if (word == "nowhere") return;
        if (word == "absent") {
            image.present = false;
        } else if (word.starts_with("takes=")) {
            image.pull_takes = duration_of(value);
        } else if (word.starts_with("fails=")) {
            image.failing_pulls = std::stoi(value);
        } else if (word.starts_with("stop-signal=")) {
            image.stop_signal = value;
        } else if (word.starts_with("uid=")) {
            image.uid = std::stoi(value);
        } else if (word.starts_with("user=")) {
            image.username = value;
        } else {
            throw std::invalid_argument("unknown of an image: " + word);
        }
    }
    world.images.add(std::move(image));
}

ServerBehavior server_of(const std::string& how) {
    if (how == "hang") return ServerBehavior::silent();
    if (how == "tls") return {.tls = true};
    if (how == "unreachable") return {.unreachable = true};
    if (how.starts_with("redirect=")) return ServerBehavior::redirect(302, how.substr(9));
    return ServerBehavior::with_status(std::stoi(how));
}

/// `HOST:PORT/TARGET` in parts.
struct Place {
    std::string host;
    std::uint16_t port = 0;
    std::string target{};
};

Place place_of(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::size_t slash = std::min(text.find('/'), text.size());
    const int port = std::stoi(text.substr(colon + 1, slash - colon - 1));
    return {text.substr(0, colon), static_cast<std::uint16_t>(port), text.substr(slash)};
}

/// Servers with several targets are put up one target at a time.
void serve(SimWorld& world, const Words& words) {
    const Place place = place_of(words.at(0));
    const ServerBehavior how = server_of(words.at(1));
    if (place.target.empty()) return world.network.serve(place.host, place.port, how);
    ServerBehavior server = world.network.server(place.host, place.port);
    server.by_target[place.target] = how.answer;
    world.network.serve(place.host, place.port, server);
}

void kill_sandbox(SimWorld& world, const std::string& pod) {
    for (const auto& [id, sandbox] : world.engine.sandboxes()) {
        const bool ready = sandbox.state == cri::PodSandboxState::ready;
        if (ready && sandbox.config.metadata.uid == uid_of(pod)) return world.engine.kill_sandbox(id);
    }
}

void force(SimWorld& world, const Words& words) {
    const std::map<std::string, Fault> known{{"none", Fault::none},
                                             {"error", Fault::error},
                                             {"refusal", Fault::refusal},
                                             {"delay", Fault::delay},
                                             {"lost_answer", Fault::lost_answer},
                                             {"hang", Fault::hang}};
    for (std::size_t i = 1; i < words.size(); ++i) world.faults.force(words[0], known.at(words[i]));
}

/// `NAME KEY=VALUE...`
template <class Object>
void put_object(SimWorld& world, const Words& words) {
    Object object;
    object.metadata.namespace_ = "default";
    object.metadata.name = words.at(0);
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::size_t equals = words[i].find('=');
        object.data[words[i].substr(0, equals)] = words[i].substr(equals + 1);
    }
    world.objects.put(std::move(object));
}

/// `POD PATH=CONTENT...`: files of the Pod's volumes, below `volumes`, have to say that now.
void check_files(Stage& stage, const Words& words) {
    const std::string volumes = SimAgent::settings().pods_directory + "/" + uid_of(words.at(0)) + "/volumes/";
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::size_t equals = words[i].find('=');
        const auto text = stage.world().host.read_tail(volumes + words[i].substr(0, equals), 4096);
        const std::string is = text ? *text : text.error().text();
        if (is != words[i].substr(equals + 1)) stage.fail_with(words[i] + " is: " + is);
    }
}

/// `POD/CONTAINER` in parts.
std::pair<std::string, std::string> parts_of(const std::string& subject) {
    const std::size_t slash = subject.find('/');
    if (slash == std::string::npos) throw std::invalid_argument("not POD/CONTAINER: " + subject);
    return {subject.substr(0, slash), subject.substr(slash + 1)};
}

void set_image(Stage& stage, const Words& words) {
    const auto [pod, name] = parts_of(words.at(0));
    stage.change(pod, [&](api::PodSpec& spec) {
        for (auto* list : {&spec.initContainers, &spec.containers}) {
            const auto found = std::ranges::find(*list, name, &api::Container::name);
            if (found != list->end()) found->image = words.at(1);
        }
    });
}

/// `cpu=500m memory=1Gi`
api::ResourceList amounts_of(const Words& words, std::size_t from) {
    api::ResourceList amounts;
    for (std::size_t i = from; i < words.size(); ++i) {
        const std::size_t equals = words[i].find('=');
        const auto amount = api::Quantity::parse(words[i].substr(equals + 1));
        if (!amount) throw std::invalid_argument("not an amount: " + words[i]);
        amounts[words[i].substr(0, equals)] = *amount;
    }
    return amounts;
}

/// `POD/CONTAINER AMOUNTS...`: requests and limits, where the container has any.
void resize(Stage& stage, const Words& words) {
    const auto [pod, name] = parts_of(words.at(0));
    const api::ResourceList amounts = amounts_of(words, 1);
    stage.change(pod, [&](api::PodSpec& spec) {
        for (auto* list : {&spec.initContainers, &spec.containers}) {
            const auto found = std::ranges::find(*list, name, &api::Container::name);
            if (found == list->end()) continue;
            for (auto* has : {&found->resources.requests, &found->resources.limits}) {
                for (auto& [resource, amount] : *has) {
                    if (amounts.contains(resource)) amount = amounts.at(resource);
                }
            }
        }
    });
}

std::string text_of(const CgroupLimits* limits) {
    if (limits == nullptr) return "none";
    return fmt::format("shares={} quota={} memory={}", limits->cpu_shares.value_or(0),
                       limits->cpu_quota_us.value_or(0), limits->memory_limit_bytes.value_or(0));
}

/// `CGROUP LIMITS...`: the cgroup below the agent's root has these limits now.
void check_cgroup(Stage& stage, const Words& words) {
    const std::string cgroup = SimAgent::settings().cgroup_root + "/" + words.at(0);
    const std::string is = text_of(stage.world().host.cgroup_limits(cgroup));
    if (is != rest_of(words, 1)) stage.fail_with(words.at(0) + " has: " + is);
}

void add_ephemeral(Stage& stage, const Words& words) {
    const auto [pod, name] = parts_of(words.at(0));
    stage.change(pod, [&](api::PodSpec& spec) {
        api::EphemeralContainer& added = spec.ephemeralContainers.emplace_back();
        added.name = name;
        added.image = words.at(1);
        added.command.assign(words.begin() + 2, words.end());
    });
}

void set_deadline(Stage& stage, const Words& words) {
    const std::int64_t seconds = std::stoll(words.at(1));
    stage.change(words.at(0), [seconds](api::PodSpec& spec) { spec.activeDeadlineSeconds = seconds; });
}

using Verb = std::function<void(Stage&, const Words&)>;

const std::map<std::string, Verb>& verbs() {
    static const std::map<std::string, Verb> all{
        {"add", [](Stage& s, const Words& w) { s.add(w.at(0)); }},
        {"end", [](Stage& s, const Words& w) { s.end(w.at(0), w.at(1), grace_of(w, 2)); }},
        {"update", set_image},
        {"resize", resize},
        {"machine", [](Stage& s, const Words& w) { s.set_allocatable(amounts_of(w, 0)); }},
        {"uses",
         [](Stage& s, const Words& w) { s.world().engine.use(s.running(w.at(0)), std::stoull(w.at(1)), 0); }},
        {"see-cgroup", check_cgroup},
        {"debug", add_ephemeral},
        {"deadline", set_deadline},
        {"remove", [](Stage& s, const Words& w) { s.remove(w.at(0), grace_of(w, 1)); }},
        {"remove-all", [](Stage& s, const Words& w) { s.remove_all(grace_of(w, 0)); }},
        {"kill", [](Stage& s, const Words& w) { s.world().engine.kill_from_outside(s.running(w.at(0))); }},
        {"kill-sandbox", [](Stage& s, const Words& w) { kill_sandbox(s.world(), w.at(0)); }},
        {"fail-sandbox", [](Stage& s, const Words& w) { s.world().engine.fail_next_sandbox(rest_of(w, 0)); }},
        {"network",
         [](Stage& s, const Words& w) { s.world().runtime.options().network_ready = w.at(0) == "up"; }},
        {"image", [](Stage& s, const Words& w) { bring_image(s.world(), w); }},
        {"serve", [](Stage& s, const Words& w) { serve(s.world(), w); }},
        {"close",
         [](Stage& s, const Words& w) {
             const Place place = place_of(w.at(0));
             s.world().network.close(place.host, place.port);
         }},
        {"file", [](Stage& s, const Words& w) { s.world().host.put(w.at(0), {}); }},
        {"config-map", [](Stage& s, const Words& w) { put_object<api::ConfigMap>(s.world(), w); }},
        {"secret", [](Stage& s, const Words& w) { put_object<api::Secret>(s.world(), w); }},
        {"remove-config-map",
         [](Stage& s, const Words& w) {
             s.world().objects.remove({ObjectKind::config_map, "default", w.at(0)});
         }},
        {"issue-tokens", [](Stage& s, const Words&) { s.world().object_source.issue_tokens(); }},
        {"label", [](Stage& s, const Words& w) { s.label(w.at(0), w.at(1)); }},
        {"see-files", check_files},
        {"engine-down",
         [](Stage& s, const Words& w) { s.world().faults.take_engine_down(duration_of(w.at(0))); }},
        {"force", [](Stage& s, const Words& w) { force(s.world(), w); }},
        {"abandon", [](Stage& s, const Words&) { s.abandon(); }},
        {"crash", [](Stage& s, const Words&) { s.crash(); }},
        {"restart", [](Stage& s, const Words&) { s.restart(); }},
    };
    return all;
}

/// After these the agent may be wrong about the world for a while.
bool disturbs(const std::string& verb) {
    return verb == "kill-sandbox" || verb == "engine-down" || verb == "force" || verb == "crash" ||
           verb == "abandon";
}

}  // namespace

void perform(const Step& step, Stage& stage) {
    const auto verb = verbs().find(step.verb);
    if (verb == verbs().end()) throw std::invalid_argument("unknown step: " + step.written);
    if (disturbs(step.verb)) stage.disturb();
    verb->second(stage, step.words);
}

}  // namespace hooklet::sim
