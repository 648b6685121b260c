// SPDX-License-Identifier: Apache-2.0
#include "node/static_pods.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "base/fnv.hpp"
#include "node/pod_kind.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// FNV-1a with 128 bits, as 32 hexadecimal digits.
std::string digest(std::string_view text) {
    __extension__ using Wide = unsigned __int128;
    constexpr Wide prime = (Wide{1} << 88) + 0x13B;
    constexpr Wide basis = (Wide{0x6C62272E07BB0142ULL} << 64) + 0x62B821756295C58DULL;
    const Wide hash = fnv1a(text, basis, prime);
    return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(hash >> 64),
                       static_cast<std::uint64_t>(hash));
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string full_name(const api::Pod& pod) {
    return pod.metadata.namespace_ + "/" + pod.metadata.name;
}

}  // namespace

Result<api::Pod> static_pod(const std::string& path, const std::string& text, const std::string& node_name,
                            WallTime seen, const api::DocumentParser& yaml_parser) {
    api::Manifest manifest = api::load_manifest(path, text, yaml_parser);
    if (!manifest.issues.empty()) return fail(Code::invalid, to_string(manifest.issues.front()));
    if (manifest.pods.size() != 1) {
        return fail(Code::invalid, fmt::format("{}: a static Pod's file holds one Pod, this one holds {}",
                                               path, manifest.pods.size()));
    }
    api::Pod pod = std::move(manifest.pods.front());
    if (pod.metadata.uid.empty()) {
        const std::string content = write_json(api::encode(pod));
        pod.metadata.uid = digest(fmt::format("{}host:{}file:{}", content, node_name, path));
    }
    pod.metadata.name += "-" + lower(node_name);
    pod.metadata.generation = 1;
    pod.spec.nodeName = node_name;
    pod.metadata.annotations[config_source_annotation] = "file";
    pod.metadata.annotations[config_hash_annotation] = pod.metadata.uid;
    pod.metadata.annotations[config_seen_annotation] = rfc3339_nano(seen);
    api::Toleration all;
    all.operator_ = "Exists";
    all.effect = "NoExecute";
    pod.spec.tolerations.push_back(std::move(all));
    return pod;
}

void StaticPods::read(const std::string& path, const std::string& text, WallTime now,
                      std::vector<Action>& actions) {
    const auto [found, is_new] = files_.try_emplace(path);
    File& file = found->second;
    if (!is_new && file.text == text) return;
    file.text = text;
    Result<api::Pod> pod = static_pod(path, text, node_name_, now, yaml_parser_);
    if (pod) {
        file.pod = *std::move(pod);
        return;
    }
    const std::string_view kept = file.pod ? " (the last good version stays)" : "";
    actions.emplace_back(Problem{fmt::format("static Pod ignored: {}{}", pod.error().text(), kept)});
}

std::vector<StaticPods::Action> StaticPods::on_files(const std::map<std::string, std::string>& files,
                                                     WallTime now) {
    std::vector<Action> actions;
    std::erase_if(files_, [&files](const auto& file) { return !files.contains(file.first); });
    std::erase_if(collisions_, [&files](const auto& file) { return !files.contains(file.first); });
    for (const auto& [path, text] : files) read(path, text, now, actions);
    for (auto& [name, place] : places_) place.wanted.reset();
    for (const auto& [path, file] : files_) {
        if (!file.pod) continue;
        Place& place = places_[full_name(*file.pod)];
        if (place.wanted) {
            const std::string text = fmt::format("static Pod ignored: {}: another file has a Pod {} already",
                                                 path, full_name(*file.pod));
            if (std::exchange(collisions_[path], text) != text) actions.emplace_back(Problem{text});
            continue;
        }
        place.wanted = file.pod;
    }
    for (auto& [name, place] : places_) settle(place, actions);
    std::erase_if(places_, [](const auto& p) { return !p.second.wanted && p.second.running.empty(); });
    return actions;
}

void StaticPods::settle(Place& place, std::vector<Action>& actions) {
    const bool outdated = !place.wanted || place.wanted->metadata.uid != place.running;
    if (place.gone && outdated) place.running.clear();
    if (place.running.empty()) {
        place.gone = false;
        if (!place.wanted) return;
        place.running = place.wanted->metadata.uid;
        place.ending = false;
        actions.emplace_back(Start{*place.wanted});
    } else if (!place.ending && outdated) {
        place.ending = true;
        actions.emplace_back(End{place.running});
    }
}

std::vector<StaticPods::Action> StaticPods::on_gone(const std::string& uid) {
    std::vector<Action> actions;
    for (auto& [name, place] : places_) {
        if (place.running != uid) continue;
        // One that went without being asked to has ended for good; its file has to change first.
        place.gone = !place.ending;
        if (place.ending) place.running.clear();
        settle(place, actions);
        break;
    }
    std::erase_if(places_, [](const auto& p) { return !p.second.wanted && p.second.running.empty(); });
    return actions;
}

}  // namespace hooklet
