// SPDX-License-Identifier: Apache-2.0
#include "client/container_description.hpp"
#include "client/description.hpp"
#include "client/document.hpp"
#include "client/volume_description.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

using api::Node;

constexpr std::size_t shown_output_lines = 5;
constexpr std::size_t shown_hooks = 10;

std::string or_none(std::string text) {
    return text.empty() ? "<none>" : text;
}

void add_head(Page& page, const Subject& subject) {
    const Node& pod = subject.object;
    page.field(0, "Name", text_at(pod, "metadata.name"));
    page.field(0, "Namespace", text_at(pod, "metadata.namespace"));
    page.field(0, "Priority", number_at(pod, "spec.priority", "0"));
    if (const std::string name = text_at(pod, "spec.priorityClassName"); !name.empty())
        page.field(0, "Priority Class Name", name);
    if (const std::string name = text_at(pod, "spec.runtimeClassName"); !name.empty())
        page.field(0, "Runtime Class Name", name);
    page.field(0, "Service Account", text_at(pod, "spec.serviceAccountName"));
    const std::string node = text_at(pod, "spec.nodeName");
    page.field(0, "Node", node.empty() ? "<none>" : node + "/" + text_at(pod, "status.hostIP"));
    if (const std::string start = text_at(pod, "status.startTime"); !start.empty())
        page.field(0, "Start Time", people_time(start));
    add_map(page, 0, "Labels", find(pod, "metadata.labels"), '=');
    add_map(page, 0, "Annotations", find(pod, "metadata.annotations"), ':');
}

void add_status(Page& page, const Subject& subject) {
    const Node& pod = subject.object;
    const std::string deleted = text_at(pod, "metadata.deletionTimestamp");
    if (deleted.empty()) {
        page.field(0, "Status", text_at(pod, "status.phase"));
    } else {
        page.field(0, "Status", fmt::format("Terminating (lasts {})", age(deleted, subject.now)));
        page.field(0, "Termination Grace Period",
                   number_at(pod, "metadata.deletionGracePeriodSeconds", "0") + "s");
        add_deletion(page, subject);
    }
    for (const auto& [name, path] : {std::pair{"Reason", "status.reason"}, {"Message", "status.message"}}) {
        if (const std::string text = text_at(pod, path); !text.empty()) page.field(0, name, text);
    }
    page.field(0, "IP", text_at(pod, "status.podIP"));
    const auto& addresses = items(pod, "status.podIPs");
    if (addresses.empty()) page.field(0, "IPs", "<none>");
    if (!addresses.empty()) page.line(0, "IPs:");
    for (const Node& address : addresses) page.field(1, "IP", text_at(address, "ip"));
    for (const Node& owner : items(pod, "metadata.ownerReferences")) {
        if (is_true(owner, "controller"))
            page.field(0, "Controlled By",
                       fmt::format("{}/{}", text_at(owner, "kind"), text_at(owner, "name")));
    }
}

void add_conditions(Page& page, const Node& pod) {
    const auto& conditions = items(pod, "status.conditions");
    if (conditions.empty()) return;
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus");
    for (const Node& condition : conditions)
        page.line(1, fmt::format("{}\t{}", text_at(condition, "type"), text_at(condition, "status")));
}

void add_placement(Page& page, const Node& pod) {
    page.field(0, "QoS Class", or_none(text_at(pod, "status.qosClass")));
    add_map(page, 0, "Node-Selectors", find(pod, "spec.nodeSelector"), '=');
    const auto& tolerations = items(pod, "spec.tolerations");
    if (tolerations.empty()) return page.field(0, "Tolerations", "<none>");
    std::string heading = "Tolerations:";
    for (const Node& toleration : tolerations) {
        std::string text = text_at(toleration, "key");
        if (const auto value = text_at(toleration, "value"); !value.empty()) text += "=" + value;
        if (const auto effect = text_at(toleration, "effect"); !effect.empty()) text += ":" + effect;
        const std::string operation = text_at(toleration, "operator");
        if (operation == "Exists") text += text.empty() ? "op=Exists" : " op=Exists";
        if (const Node* seconds = toleration.find("tolerationSeconds"))
            text += " for " + shown(*seconds) + "s";
        page.line(0, fmt::format("{}\t{}", heading, text));
        heading.clear();
    }
}

/// The end of what a hook has printed.
void add_output(Page& page, const Node& run) {
    for (const char* path : {"status.stdout", "status.stderr"}) {
        std::vector<std::string> lines;
        const std::string output = text_at(run, path);
        std::string_view rest = output;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            lines.emplace_back(rest.substr(0, end));
            std::ranges::replace(lines.back(), '\t', ' ');
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        const std::size_t first = lines.size() - std::min(lines.size(), shown_output_lines);
        if (first > 0) page.line(2, fmt::format("| ... ({} lines before)", first));
        for (std::size_t i = first; i < lines.size(); ++i) page.line(2, "| " + lines[i]);
    }
}

std::string hook_result(const Node& run) {
    if (const std::string cause = text_at(run, "status.cause"); !cause.empty()) return cause;
    const Node* http_status = find(run, "status.httpStatus");
    return http_status == nullptr ? "" : "HTTP " + shown(*http_status);
}

bool has_failed(const Node& run) {
    const std::string outcome = text_at(run, "status.outcome");
    return outcome == "Failed" || outcome == "TimedOut";
}

/// The last attempts, and what the last of them that failed has said.
void add_hooks(Page& page, const Subject& subject) {
    if (subject.hook_runs.empty()) return page.field(0, "Hooks", "<none>");
    page.line(0, "Hooks:");
    page.line(1, "Container\tHook\tHandler\tAttempt\tOutcome\tDuration\tAge\tResult");
    page.line(1, "---------\t----\t-------\t-------\t-------\t--------\t---\t------");
    const auto& runs = subject.hook_runs;
    const std::size_t first = runs.size() - std::min(runs.size(), shown_hooks);
    if (first > 0) page.line(1, fmt::format("... ({} before)", first));
    for (const Node& run : std::span(runs).subspan(first)) {
        const std::string started = text_at(run, "status.startedAt");
        const std::string outcome = text_at(run, "status.outcome");
        std::string took = text_at(run, "status.duration");
        if (outcome == "Unknown") took = "<unknown>";
        if (took.empty())
            took = fmt::format("{} of {}", age(started, subject.now), text_at(run, "spec.timeout"));
        page.line(1, fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", text_at(run, "spec.container"),
                                 text_at(run, "spec.hook"), text_at(run, "spec.handler"),
                                 number_at(run, "spec.attempt", "1"), outcome, took,
                                 age(started, subject.now), hook_result(run)));
    }
    const auto last = std::ranges::find_if(runs.rbegin(), runs.rend(), has_failed);
    if (last == runs.rend()) return;
    page.line(1,
              fmt::format("{} of {}, {}: {}", text_at(*last, "spec.hook"), text_at(*last, "spec.container"),
                          text_at(*last, "status.outcome"), text_at(*last, "spec.command")));
    add_output(page, *last);
}

}  // namespace

std::string describe_pod(const Subject& subject) {
    Page page;
    const Node& pod = subject.object;
    add_head(page, subject);
    add_status(page, subject);
    add_containers(page, "Init Containers", pod, "initContainers", "initContainerStatuses");
    add_containers(page, "Containers", pod, "containers", "containerStatuses");
    add_containers(page, "Ephemeral Containers", pod, "ephemeralContainers", "ephemeralContainerStatuses");
    add_conditions(page, pod);
    add_volumes(page, items(pod, "spec.volumes"));
    add_placement(page, pod);
    add_hooks(page, subject);
    add_events(page, subject);
    return page.text();
}

}  // namespace hooklet::client
