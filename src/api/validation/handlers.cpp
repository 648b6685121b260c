// SPDX-License-Identifier: Apache-2.0
#include "api/annotations.hpp"
#include "api/on_exit.hpp"
#include "api/validation/parts.hpp"

#include <fmt/format.h>

namespace hooklet::api {

namespace {

/// Exactly one of the handler's fields must be set.
template <class Handler>
void check_choice(const Handler& handler, const std::string& path, Issues& issues) {
    const auto present = present_fields(describe<Handler>(), &handler);
    if (present.empty()) issues.push_back(issue::required(path, "must specify a handler type"));
    for (std::size_t i = 1; i < present.size(); ++i) {
        issues.push_back(issue::forbidden(fmt::format("{}.{}", path, present[i]),
                                          "may not specify more than 1 handler type"));
    }
}

void check_headers(const std::optional<HTTPGetAction>& get, const std::string& path, Issues& issues) {
    if (!get) return;
    for (const HTTPHeader& header : get->httpHeaders) {
        add_problems(check_text("header_name", header.name), path + ".httpGet.httpHeaders", header.name,
                     issues);
    }
}

enum class Which { liveness, readiness, startup };

void check_probe(const std::optional<Probe>& probe, Which which, const std::string& path, Issues& issues) {
    if (!probe) return;
    const ProbeHandler& handler = *probe;
    check_choice(handler, path, issues);
    check_headers(probe->httpGet, path, issues);
    if (which == Which::readiness) {
        if (const auto& grace = probe->terminationGracePeriodSeconds) {
            issues.push_back(issue::invalid_raw(path + ".terminationGracePeriodSeconds",
                                                std::to_string(*grace),
                                                "must not be set for readinessProbes"));
        }
    } else if (probe->successThreshold != 1) {
        issues.push_back(issue::invalid_raw(path + ".successThreshold",
                                            std::to_string(probe->successThreshold), "must be 1"));
    }
}

void check_hook(const std::optional<LifecycleHandler>& hook, std::int64_t grace, const std::string& path,
                Issues& issues) {
    if (!hook) return;
    check_choice(*hook, path, issues);
    check_headers(hook->httpGet, path, issues);
    if (hook->sleep && (hook->sleep->seconds < 0 || hook->sleep->seconds > grace)) {
        issues.push_back(issue::invalid_raw(
            path + ".sleep", std::to_string(hook->sleep->seconds),
            fmt::format("must be non-negative and less than terminationGracePeriodSeconds ({})", grace)));
    }
}

/// Init containers run to completion, so nothing may probe or hook them, unless they are sidecars.
void refuse_on_init(const Container& container, const std::string& path, Issues& issues) {
    const auto refuse = [&](bool set, std::string_view name) {
        if (!set) return;
        issues.push_back(issue::forbidden(fmt::format("{}.{}", path, name),
                                          "may not be set for init containers without restartPolicy=Always"));
    };
    refuse(container.lifecycle.has_value(), "lifecycle");
    refuse(container.livenessProbe.has_value(), "livenessProbe");
    refuse(container.readinessProbe.has_value(), "readinessProbe");
    refuse(container.startupProbe.has_value(), "startupProbe");
}

}  // namespace

void check_exit_handler(const LifecycleHandler& handler, const std::string& path, Issues& issues) {
    check_choice(handler, path, issues);
    check_headers(handler.httpGet, path, issues);
    check_table(describe<LifecycleHandler>(), &handler, path, issues);
    if (handler.tcpSocket)
        issues.push_back(issue::forbidden(path + ".tcpSocket", "an on-exit hook is exec, httpGet or sleep"));
    if (handler.sleep && handler.sleep->seconds < 0) {
        issues.push_back(issue::invalid_raw(path + ".sleep", std::to_string(handler.sleep->seconds),
                                            "must be non-negative"));
    }
}

void check_on_exit_hooks(const Pod& pod, Issues& issues) {
    for (const auto& [key, value] : pod.metadata.annotations) {
        if (!key.starts_with(annotation::on_exit_prefix)) continue;
        const std::string path = fmt::format("metadata.annotations[{}]", key);
        const std::string container = key.substr(annotation::on_exit_prefix.size());
        if (!has_container(pod.spec, container)) issues.push_back(issue::not_found(path, container));
        if (const auto handler = parse_on_exit(value, path); !handler)
            issues.insert(issues.end(), handler.error().begin(), handler.error().end());
    }
}

void check_handlers(const Container& container, const PodSpec& spec, bool is_init, const std::string& path,
                    Issues& issues) {
    if (is_init && container.restartPolicy != "Always") return refuse_on_init(container, path, issues);
    check_probe(container.livenessProbe, Which::liveness, path + ".livenessProbe", issues);
    check_probe(container.readinessProbe, Which::readiness, path + ".readinessProbe", issues);
    check_probe(container.startupProbe, Which::startup, path + ".startupProbe", issues);
    if (!container.lifecycle) return;
    const std::int64_t grace = spec.terminationGracePeriodSeconds.value_or(30);
    check_hook(container.lifecycle->postStart, grace, path + ".lifecycle.postStart", issues);
    check_hook(container.lifecycle->preStop, grace, path + ".lifecycle.preStop", issues);
}

}  // namespace hooklet::api
