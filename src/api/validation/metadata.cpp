// SPDX-License-Identifier: Apache-2.0
#include "api/annotations.hpp"
#include "api/codec.hpp"
#include "api/hint.hpp"
#include "api/json.hpp"
#include "api/validation/parts.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::size_t annotation_bytes = 256 * 1024;
constexpr std::array<std::string_view, 3> standard_finalizers{"kubernetes", "orphan", "foregroundDeletion"};

void check_name(const ObjectMeta& metadata, NameRule rule, Issues& issues) {
    if (metadata.name.empty() && metadata.generateName.empty()) {
        issues.push_back(issue::required("metadata.name", "name or generateName is required"));
    }
    if (!metadata.generateName.empty()) {
        add_problems(rule(without_dash(metadata.generateName)), "metadata.generateName",
                     metadata.generateName, issues);
    }
    if (!metadata.name.empty()) add_problems(rule(metadata.name), "metadata.name", metadata.name, issues);
    if (!metadata.namespace_.empty()) {
        add_problems(dns_label(metadata.namespace_), "metadata.namespace", metadata.namespace_, issues);
    }
}

/// hooklet's own knobs. An unknown one is a mistake: nothing else reads this prefix.
void check_knob(const std::string& key, const std::string& value, Issues& issues) {
    if (key.starts_with(annotation::on_exit_prefix)) return;  // check_on_exit_hooks
    const std::string path = fmt::format("metadata.annotations[{}]", key);
    const auto& knobs = annotation::known;
    if (std::find(knobs.begin(), knobs.end(), key) == knobs.end()) {
        const std::string_view meant = closest(key, {knobs.begin(), knobs.end()});
        const std::string hint = meant.empty() ? "" : fmt::format(" (did you mean {}?)", quote(meant));
        issues.push_back(issue::forbidden(path, "hooklet has no such annotation" + hint));
        return;
    }
    if (key == annotation::pass_reason) {
        if (value != "true" && value != "false")
            issues.push_back(issue::not_supported(path, value, {"false", "true"}));
        return;
    }
    if (key == annotation::delivery) {
        if (value != "at-least-once" && value != "at-most-once")
            issues.push_back(issue::not_supported(path, value, {"at-least-once", "at-most-once"}));
        return;
    }
    const auto duration = parse_go_duration(value);
    if (!duration) {
        issues.push_back(issue::invalid_text(path, value, "must be a duration such as 30s, 1m30s or 500ms"));
    } else if (*duration <= Duration::zero()) {
        issues.push_back(issue::invalid_text(path, value, "must be greater than 0"));
    } else if ((key == annotation::back_off_base || key == annotation::back_off_max) &&
               (*duration < annotation::least_back_off || *duration > annotation::longest_back_off)) {
        issues.push_back(issue::invalid_text(path, value, "must be between 1s and 5m"));
    }
}

void check_finalizers(const ObjectMeta& metadata, Issues& issues) {
    for (std::size_t i = 0; i < metadata.finalizers.size(); ++i) {
        check_finalizer(metadata.finalizers[i], at("metadata.finalizers", i), issues);
    }
    const auto has = [&](std::string_view name) {
        return std::ranges::find(metadata.finalizers, name) != metadata.finalizers.end();
    };
    if (!has("orphan") || !has("foregroundDeletion")) return;
    Node::Array names;
    for (const std::string& name : metadata.finalizers) names.emplace_back(name);
    issues.push_back(issue::invalid_raw("metadata.finalizers", write_json(Node(std::move(names))),
                                        "finalizer orphan and foregroundDeletion cannot be both set"));
}

std::string list_of(const std::vector<OwnerReference>& owners) {
    std::string text;
    for (const OwnerReference& owner : owners) text += (text.empty() ? "" : ",") + write_json(encode(owner));
    return "[" + text + "]";
}

void check_owners(const ObjectMeta& metadata, Issues& issues) {
    const std::string path = "metadata.ownerReferences";
    const OwnerReference* controller = nullptr;
    for (const OwnerReference& owner : metadata.ownerReferences) {
        const auto need = [&](std::string_view field, const std::string& value) {
            if (value.empty()) {
                issues.push_back(
                    issue::invalid_text(fmt::format("{}.{}", path, field), value, "must not be empty"));
            }
        };
        need("apiVersion", owner.apiVersion);
        need("kind", owner.kind);
        need("name", owner.name);
        need("uid", owner.uid);
        if (owner.apiVersion == "v1" && owner.kind == "Event")
            issues.push_back(issue::invalid_raw(path, write_json(encode(owner)),
                                                "/v1, Kind=Event is disallowed from being an owner"));
        if (!owner.controller.value_or(false)) continue;
        if (controller != nullptr) {
            const auto text = fmt::format(
                "Only one reference can have Controller set to true. Found \"true\" in references for {} and "
                "{}",
                controller->name, owner.name);
            issues.push_back(issue::invalid_raw(path, list_of(metadata.ownerReferences), text));
        }
        controller = &owner;
    }
}

}  // namespace

void check_labels(const std::map<std::string, std::string>& labels, const std::string& path, Issues& issues) {
    for (const auto& [key, value] : labels) {
        add_problems(qualified_name(key), path, key, issues);
        add_problems(label_value(value), path, value, issues);
    }
}

void check_annotations(const ObjectMeta& metadata, Issues& issues) {
    std::size_t total = 0;
    for (const auto& [key, value] : metadata.annotations) {
        total += key.size() + value.size();
        std::string lower = key;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return std::tolower(c); });
        add_problems(qualified_name(lower), "metadata.annotations", key, issues);
        if (key.starts_with(annotation::prefix)) check_knob(key, value, issues);
    }
    if (total > annotation_bytes) {
        issues.push_back(issue::too_long("metadata.annotations",
                                         fmt::format("may not be more than {} bytes", annotation_bytes)));
    }
}

void check_finalizer(const std::string& name, const std::string& path, Issues& issues) {
    const bool standard = std::ranges::find(standard_finalizers, name) != standard_finalizers.end();
    add_problems(qualified_name(name), path, name, issues);
    if (standard || name.find('/') != std::string::npos) return;
    issues.push_back(issue::invalid_text(
        path, name, "name is neither a standard finalizer name nor is it fully qualified"));
}

void check_metadata(const ObjectMeta& metadata, Issues& issues, NameRule rule) {
    check_name(metadata, rule, issues);
    check_labels(metadata.labels, "metadata.labels", issues);
    check_annotations(metadata, issues);
    check_finalizers(metadata, issues);
    check_owners(metadata, issues);
}

}  // namespace hooklet::api
