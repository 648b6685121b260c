// SPDX-License-Identifier: Apache-2.0
#include "server/options.hpp"

#include "api/codec.hpp"
#include "api/protobuf.hpp"
#include "base/parse_number.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::server {

namespace {

constexpr std::string_view meta_group = "meta.k8s.io";
constexpr std::size_t longest_manager = 128;

/// A parameter that is a number, when it is given.
Answer<std::optional<std::int64_t>> number(const Query& query, std::string_view name) {
    const std::string& text = query.get(name);
    if (text.empty()) return std::nullopt;
    if (const auto value = parse_number<std::int64_t>(text)) return *value;
    return std::unexpected(
        status::bad_request(fmt::format("{}: parsing {}: invalid syntax", name, api::quote(text))));
}

/// Go's text of a list of strings: `["Zed" "All"]`
std::string list_text(const std::vector<std::string>& values) {
    std::vector<std::string> quoted(values.size());
    std::ranges::transform(values, quoted.begin(), api::quote);
    return fmt::format("[{}]", fmt::join(quoted, " "));
}

void check_dry_run(const std::vector<std::string>& values, api::Issues& issues) {
    if (std::ranges::all_of(values, [](const std::string& value) { return value == "All"; })) return;
    api::Issue issue = api::issue::not_supported("dryRun", "", {"All"});
    issue.message =
        fmt::format("Unsupported value: {}: supported values: {}", list_text(values), api::quote("All"));
    issues.push_back(std::move(issue));
}

void check_manager(const std::string& manager, api::Issues& issues) {
    if (manager.size() > longest_manager) {
        issues.push_back(api::issue::too_long("fieldManager",
                                              fmt::format("may not be more than {} bytes", longest_manager)));
    }
    for (std::size_t i = 0; i < manager.size(); ++i) {
        const auto byte = static_cast<unsigned char>(manager[i]);
        if (byte >= 0x20 && byte != 0x7f) continue;
        issues.push_back(api::issue::invalid_text(
            "fieldManager", manager, fmt::format("invalid character U+{:04X} (at position {})", byte, i)));
        return;
    }
}

std::optional<FieldValidation> validation_of(std::string_view text) {
    if (text == "Ignore") return FieldValidation::ignore;
    if (text.empty() || text == "Warn") return FieldValidation::warn;
    if (text == "Strict") return FieldValidation::strict;
    return std::nullopt;
}

std::optional<DeleteOptions::Propagation> propagation_of(std::string_view text) {
    if (text == "Foreground") return DeleteOptions::Propagation::foreground;
    if (text == "Background") return DeleteOptions::Propagation::background;
    if (text == "Orphan") return DeleteOptions::Propagation::orphan;
    return std::nullopt;
}

/// The same options from the query.
Answer<api::DeleteOptions> from_query(const Query& query) {
    api::DeleteOptions options;
    const auto grace = number(query, "gracePeriodSeconds");
    if (!grace) return std::unexpected(grace.error());
    options.gracePeriodSeconds = *grace;
    if (query.has("propagationPolicy")) options.propagationPolicy = query.get("propagationPolicy");
    if (query.has("orphanDependents")) options.orphanDependents = query.flag("orphanDependents");
    return options;
}

Answer<api::DeleteOptions> from_body(Body body) {
    api::DeleteOptions options;
    if (!body.kind.empty() && body.kind != "DeleteOptions") {
        return std::unexpected(status::bad_request(fmt::format(
            "{} in version {} cannot be handled as a DeleteOptions: no kind {} is registered for version {}",
            body.kind, api::quote(body.api_version), api::quote(body.kind), api::quote(body.api_version))));
    }
    const api::TypeDescriptor& type = api::describe<api::DeleteOptions>();
    if (body.form == Body::Form::protobuf) {
        const auto read = api::decode_protobuf(type, body.message, &options);
        if (!read) return std::unexpected(status::bad_request(read.error().text()));
        return options;
    }
    const Misfits misfits = decode_document(type, std::move(body.document), false, &options);
    if (!misfits.other.empty()) return std::unexpected(status::bad_request(misfits.other));
    return options;
}

void check_match(const ListOptions& options, api::Issues& issues) {
    const std::string path = "resourceVersionMatch";
    if (options.match.empty()) return;
    if (options.resource_version.empty()) {
        issues.push_back(api::issue::forbidden(
            path, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    } else if (!options.continue_.empty()) {
        issues.push_back(
            api::issue::forbidden(path, "resourceVersionMatch is forbidden when continue is provided"));
    } else if (options.match != "Exact" && options.match != "NotOlderThan") {
        issues.push_back(api::issue::not_supported(path, options.match, {"Exact", "NotOlderThan", ""}));
    } else if (options.match == "Exact" && options.resource_version == "0") {
        issues.push_back(api::issue::forbidden(
            path, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
    }
}

/// The same of a watch.
void check_initial_events(const ListOptions& options, api::Issues& issues) {
    const std::string path = "resourceVersionMatch";
    const bool fresh = options.match == "NotOlderThan";
    if (options.initial_events && !fresh) {
        issues.push_back(api::issue::forbidden(
            path, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (options.match.empty()) return;
    if (!options.initial_events) {
        issues.push_back(api::issue::forbidden(
            path, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (!fresh) issues.push_back(api::issue::not_supported(path, options.match, {"NotOlderThan"}));
    if (!options.continue_.empty()) {
        issues.push_back(
            api::issue::forbidden(path, "resourceVersionMatch is forbidden when continue is provided"));
    }
}

}  // namespace

Answer<WriteOptions> write_options(const Query& query, std::string_view kind) {
    WriteOptions options{.dry_run = query.has("dryRun"),
                         .field_manager = query.get("fieldManager"),
                         .force = query.flag("force")};
    api::Issues issues;
    check_manager(options.field_manager, issues);
    check_dry_run(query.all("dryRun"), issues);
    const auto validation = validation_of(query.get("fieldValidation"));
    if (validation) {
        options.validation = *validation;
    } else {
        issues.push_back(api::issue::not_supported("fieldValidation", query.get("fieldValidation"),
                                                   {"", "Ignore", "Strict", "Warn"}));
    }
    if (!issues.empty()) return std::unexpected(status::invalid(meta_group, kind, "", issues));
    return options;
}

Answer<DeleteOptions> delete_options(const api::DeleteOptions& given) {
    api::Issues issues;
    check_dry_run(given.dryRun, issues);
    const std::string& policy = given.propagationPolicy.value_or("");
    if (given.propagationPolicy && given.orphanDependents) {
        issues.push_back(api::issue::invalid_text(
            "propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"));
    } else if (given.propagationPolicy && !propagation_of(policy)) {
        issues.push_back(api::issue::not_supported("propagationPolicy", policy,
                                                   {"Foreground", "Background", "Orphan", "nil"}));
    }
    if (!issues.empty()) return std::unexpected(status::invalid(meta_group, "DeleteOptions", "", issues));
    DeleteOptions options{.grace_s = given.gracePeriodSeconds,
                          .propagation = propagation_of(policy),
                          .dry_run = !given.dryRun.empty()};
    if (given.orphanDependents) {
        options.propagation = *given.orphanDependents ? DeleteOptions::Propagation::orphan
                                                      : DeleteOptions::Propagation::background;
    }
    if (given.preconditions) {
        options.uid = given.preconditions->uid.value_or("");
        options.resource_version = given.preconditions->resourceVersion.value_or("");
    }
    return options;
}

Answer<DeleteOptions> delete_options(const Query& query, std::string_view content_type, std::string_view body,
                                     const api::DocumentParser& yaml) {
    auto given = from_query(query);
    if (!body.empty()) {
        auto read = read_body(content_type, body, "DeleteOptions", yaml);
        if (!read) return std::unexpected(read.error());
        given = from_body(*std::move(read));
    }
    if (!given) return std::unexpected(given.error());
    if (given->dryRun.empty()) given->dryRun = query.all("dryRun");
    return delete_options(*given);
}

bool is_watch_list(const Query& query) {
    return query.flag("sendInitialEvents") && query.flag("allowWatchBookmarks");
}

Answer<ListOptions> list_options(const Query& query) {
    ListOptions options{.label_selector = query.get("labelSelector"),
                        .field_selector = query.get("fieldSelector"),
                        .resource_version = query.get("resourceVersion"),
                        .match = query.get("resourceVersionMatch"),
                        .continue_ = query.get("continue"),
                        .bookmarks = query.flag("allowWatchBookmarks")};
    if (query.has("sendInitialEvents")) options.initial_events = query.flag("sendInitialEvents");
    api::Issues issues;
    if (query.flag("watch")) {
        check_initial_events(options, issues);
    } else {
        check_match(options, issues);
        if (options.initial_events) {
            issues.push_back(
                api::issue::forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
    }
    if (!issues.empty()) return std::unexpected(status::invalid(meta_group, "ListOptions", "", issues));
    const auto limit = number(query, "limit");
    if (!limit) return std::unexpected(limit.error());
    options.limit = static_cast<std::size_t>(std::max<std::int64_t>(limit->value_or(0), 0));
    const auto timeout = number(query, "timeoutSeconds");
    if (!timeout) return std::unexpected(timeout.error());
    if (*timeout) options.timeout.emplace(**timeout);
    return options;
}

}  // namespace hooklet::server
