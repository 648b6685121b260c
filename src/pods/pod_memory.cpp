// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_memory.hpp"

#include "api/base64.hpp"
#include "api/json.hpp"
#include "volumes/volumes.hpp"

#include <concepts>
#include <ranges>
#include <type_traits>

namespace hooklet {

namespace {

template <class T, class Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

// Each `members` names the members of a record once; writing and reading are both made from it.
template <Is<BackOffProgress> T>
void members(T& m, auto visit) {
    visit("delay", m.delay);
    visit("lastUpdate", m.last_update);
}
template <Is<StopMemory> T>
void members(T& m, auto visit) {
    visit("containerId", m.container_id);
    visit("graceEnd", m.grace_end);
    visit("reason", m.reason);
    visit("ordered", m.ordered);
    visit("restart", m.restart);
}
template <Is<ProbeMemory> T>
void members(T& m, auto visit) {
    visit("result", m.result);
    visit("last", m.last);
    visit("run", m.run);
    visit("next", m.next);
}
template <Is<ProbesMemory> T>
void members(T& m, auto visit) {
    for (const ProbeType type : all_probe_types) visit(name(type), m[static_cast<std::size_t>(type)]);
}
template <Is<ContainerMemory> T>
void members(T& m, auto visit) {
    visit("backOff", m.back_off);
    visit("backOffBefore", m.back_off_before);
    visit("restartCount", m.restart_count);
    visit("stop", m.stop);
    visit("probedId", m.probed_id);
    visit("probes", m.probes);
    visit("hookedId", m.hooked_id);
    visit("hooks", m.hooks);
}
template <Is<PullFailures> T>
void members(T& m, auto visit) {
    BackOffProgress progress = m.back_off.progress();
    visit("backOff", progress);
    if constexpr (!std::is_const_v<T>) m.back_off.resume(progress);
    visit("last", m.last);
    visit("error", m.error);
}
template <Is<PodEnd> T>
void members(T& m, auto visit) {
    visit("trigger", m.trigger);
    visit("reason", m.reason);
    visit("message", m.message);
    visit("disruption", m.disruption);
    visit("fails", m.fails);
    visit("told", m.told);
    visit("eventAnnotations", m.event_annotations);
}
template <Is<PodMemory> T>
void members(T& m, auto visit) {
    visit("end", m.end);
    visit("endBy", m.end_by);
    visit("deleted", m.deleted);
    visit("deletionGrace", m.deletion_grace);
    visit("activeSince", m.active_since);
    visit("containers", m.containers);
    visit("images", m.images);
}

api::Node to_node(bool value) {
    return api::Node(value);
}
api::Node to_node(std::integral auto value) {
    return api::Node(value);
}
api::Node to_node(const std::string& value) {
    return api::Node(value);
}
api::Node to_node(Duration value) {
    return api::Node(value.count());
}
api::Node to_node(MonotonicTime value) {
    return to_node(value.time_since_epoch());
}
api::Node to_node(ProbeResult value) {
    return api::Node(static_cast<int>(value));
}
template <class Value>
api::Node to_node(const std::optional<Value>& value);
template <class Value>
api::Node to_node(const std::map<std::string, Value>& values);
template <class Record>
    requires std::is_class_v<Record>
api::Node to_node(const Record& record) {
    api::Node node = api::Node::object();
    members(record, [&node](std::string_view key, const auto& value) {
        api::Node member = to_node(value);
        if (!member.is_null()) node.set(std::string(key), std::move(member));
    });
    return node;
}
template <class Value>
api::Node to_node(const std::optional<Value>& value) {
    return value ? to_node(*value) : api::Node();
}
template <class Value>
api::Node to_node(const std::map<std::string, Value>& values) {
    api::Node node = api::Node::object();
    for (const auto& [key, value] : values) node.set(key, to_node(value));
    return node;
}

// What has another type than it should keeps its default.
void from_node(const api::Node& node, bool& value) {
    if (const bool* there = node.as_bool()) value = *there;
}
void from_node(const api::Node& node, std::integral auto& value) {
    if (const auto* there = node.as_int())
        value = static_cast<std::remove_reference_t<decltype(value)>>(*there);
}
void from_node(const api::Node& node, std::string& value) {
    if (const auto* there = node.as_string()) value = *there;
}
void from_node(const api::Node& node, Duration& value) {
    if (const auto* there = node.as_int()) value = Duration{*there};
}
void from_node(const api::Node& node, MonotonicTime& value) {
    if (const auto* there = node.as_int()) value = MonotonicTime{Duration{*there}};
}
void from_node(const api::Node& node, ProbeResult& value) {
    const auto* there = node.as_int();
    if (there != nullptr && *there >= 0 && *there <= static_cast<int>(ProbeResult::failure))
        value = static_cast<ProbeResult>(*there);
}
template <class Value>
void from_node(const api::Node& node, std::optional<Value>& value);
template <class Value>
void from_node(const api::Node& node, std::map<std::string, Value>& values);
template <class Record>
    requires std::is_class_v<Record>
void from_node(const api::Node& node, Record& record) {
    members(record, [&node](std::string_view key, auto& value) {
        if (const api::Node* member = node.find(key)) from_node(*member, value);
    });
}
template <class Value>
void from_node(const api::Node& node, std::optional<Value>& value) {
    from_node(node, value.emplace());
}
template <class Value>
void from_node(const api::Node& node, std::map<std::string, Value>& values) {
    if (const api::Node::Object* there = node.as_object()) {
        for (const api::Member& member : *there) from_node(member.value, values[member.key]);
    }
}

constexpr const char* boot_key = "boot";

}  // namespace

std::string write_memory(const PodMemory& memory, std::string_view boot) {
    api::Node node = to_node(memory);
    node.set(boot_key, api::Node(boot));
    return api::write_json(node);
}

PodMemory read_memory(std::string_view text, std::string_view boot) {
    const auto node = api::parse_json(text);
    if (!node) return {};
    PodMemory memory;
    from_node(*node, memory);
    const api::Node* written_in = node->find(boot_key);
    const bool same_boot =
        written_in != nullptr && written_in->as_string() != nullptr && *written_in->as_string() == boot;
    if (same_boot) return memory;
    PodMemory end;
    end.end = std::move(memory.end);
    end.deleted = memory.deleted;
    return end;
}

std::string memory_file(const std::string& pods_directory, const std::string& uid) {
    return pod_directory(pods_directory, uid) + "/memory.json";
}

std::string write_hidden_values(const std::set<std::string>& values) {
    std::string text;
    for (const std::string& value : values) text += api::to_base64(value) + "\n";
    return text;
}

std::set<std::string> read_hidden_values(std::string_view text) {
    std::set<std::string> values;
    for (const auto line : std::views::split(text, '\n')) {
        if (auto value = api::from_base64(std::string_view(line.begin(), line.end())))
            values.insert(*std::move(value));
    }
    return values;
}

std::string hidden_values_file(const std::string& pods_directory, const std::string& uid) {
    return pod_directory(pods_directory, uid) + "/hidden-values";
}

}  // namespace hooklet
