// SPDX-License-Identifier: Apache-2.0
#include "api/on_exit.hpp"

#include "api/annotations.hpp"
#include "api/codec.hpp"
#include "api/defaults.hpp"
#include "api/find_annotation.hpp"
#include "api/json.hpp"
#include "api/validation/parts.hpp"

#include <fmt/format.h>

namespace hooklet::api {

namespace {

/// Tells of the JSON inside the annotation, not of the manifest's lines.
Issues inside(Issues issues, const std::string& path) {
    for (Issue& issue : issues) {
        issue.path = issue.path.empty() ? path : fmt::format("{}.{}", path, issue.path);
        issue.line = 0;
    }
    return issues;
}

}  // namespace

std::expected<LifecycleHandler, Issues> parse_on_exit(const std::string& text, const std::string& path) {
    const std::expected<Node, Issue> node = parse_json(text);
    if (!node) return std::unexpected(inside({node.error()}, path));
    Issues issues;
    LifecycleHandler handler = decode<LifecycleHandler>(*node, issues);
    if (!issues.empty()) return std::unexpected(inside(std::move(issues), path));
    set_table_defaults(handler);
    check_exit_handler(handler, path, issues);
    if (!issues.empty()) return std::unexpected(std::move(issues));
    return handler;
}

std::optional<LifecycleHandler> on_exit_hook(const Pod& pod, const std::string& container) {
    const std::string* json =
        find_annotation(pod.metadata, std::string(annotation::on_exit_prefix) + container);
    if (json == nullptr) return std::nullopt;
    auto handler = parse_on_exit(*json, "");
    if (!handler) return std::nullopt;
    return *std::move(handler);
}

}  // namespace hooklet::api
