// SPDX-License-Identifier: Apache-2.0
#include "client/container_description.hpp"

#include "api/quantity.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

using api::Node;

void add_terminated(Page& page, const Node& terminated) {
    if (const std::string reason = text_at(terminated, "reason"); !reason.empty())
        page.field(3, "Reason", reason);
    if (const std::string message = text_at(terminated, "message"); !message.empty()) {
        std::string line = message;
        std::ranges::replace(line, '\n', ' ');
        page.field(3, "Message", line);
    }
    page.field(3, "Exit Code", number_at(terminated, "exitCode"));
    if (const std::string signal = number_at(terminated, "signal"); signal != "0")
        page.field(3, "Signal", signal);
    page.field(3, "Started", people_time(text_at(terminated, "startedAt")));
    page.field(3, "Finished", people_time(text_at(terminated, "finishedAt")));
}

void add_state(Page& page, std::string_view name, const Node& state) {
    if (const Node* running = state.find("running")) {
        page.field(2, name, "Running");
        page.field(3, "Started", people_time(text_at(*running, "startedAt")));
    } else if (const Node* terminated = state.find("terminated")) {
        page.field(2, name, "Terminated");
        add_terminated(page, *terminated);
    } else {
        page.field(2, name, "Waiting");
        if (const Node* waiting = state.find("waiting")) {
            if (const auto reason = text_at(*waiting, "reason"); !reason.empty())
                page.field(3, "Reason", reason);
            if (const auto message = text_at(*waiting, "message"); !message.empty())
                page.field(3, "Message", message);
        }
    }
}

void add_command(Page& page, std::string_view name, const Node::Array& words) {
    if (words.empty()) return;
    page.line(2, fmt::format("{}:", name));
    for (const Node& word : words) {
        std::string_view rest = *word.as_string();
        while (true) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            page.line(3, rest.substr(0, end));
            if (end == rest.size()) break;
            rest.remove_prefix(end + 1);
        }
    }
}

void add_ports(Page& page, const Node& container) {
    const auto& ports = items(container, "ports");
    std::string inside;
    std::string outside;
    for (const Node& port : ports) {
        const char* comma = inside.empty() ? "" : ", ";
        const std::string protocol = text_at(port, "protocol");
        const std::string name = text_at(port, "name");
        inside += fmt::format("{}{}/{}{}", comma, number_at(port, "containerPort"), protocol,
                              name.empty() ? "" : " (" + name + ")");
        outside += fmt::format("{}{}/{}{}", comma, number_at(port, "hostPort"), protocol,
                               name.empty() ? "" : " (" + name + ")");
    }
    page.field(2, ports.size() > 1 ? "Ports" : "Port", ports.empty() ? "<none>" : inside);
    page.field(2, ports.size() > 1 ? "Host Ports" : "Host Port", ports.empty() ? "<none>" : outside);
}

void add_resources(Page& page, std::string_view name, const Node* amounts) {
    if (amounts == nullptr || amounts->as_object() == nullptr || amounts->as_object()->empty()) return;
    page.line(2, fmt::format("{}:", name));
    for (const api::Member& amount : *amounts->as_object()) page.field(3, amount.key, shown(amount.value));
}

std::string words_of(const Node::Array& command) {
    std::string text;
    for (const Node& word : command) text += (text.empty() ? "" : " ") + shown(word);
    return fmt::format("[{}]", text);
}

/// What a probe or a hook does.
std::string handler_text(const Node& handler) {
    if (const Node* exec = handler.find("exec")) return "exec " + words_of(items(*exec, "command"));
    if (const Node* http = handler.find("httpGet")) {
        std::string scheme = text_at(*http, "scheme");
        std::ranges::transform(scheme, scheme.begin(), [](unsigned char c) { return std::tolower(c); });
        return fmt::format("http-get {}://{}:{}{}", scheme.empty() ? "http" : scheme, text_at(*http, "host"),
                           number_at(*http, "port"), text_at(*http, "path"));
    }
    if (const Node* tcp = handler.find("tcpSocket"))
        return fmt::format("tcp-socket {}:{}", text_at(*tcp, "host"), number_at(*tcp, "port"));
    if (const Node* grpc = handler.find("grpc"))
        return fmt::format("grpc <pod>:{} {}", number_at(*grpc, "port"), text_at(*grpc, "service"));
    if (handler.find("sleep") != nullptr) return "sleep " + number_at(handler, "sleep.seconds") + "s";
    return "unknown";
}

void add_probe(Page& page, std::string_view name, const Node* probe) {
    if (probe == nullptr) return;
    page.field(
        2, name,
        fmt::format("{} delay={}s timeout={}s period={}s #success={} #failure={}", handler_text(*probe),
                    number_at(*probe, "initialDelaySeconds"), number_at(*probe, "timeoutSeconds", "1"),
                    number_at(*probe, "periodSeconds", "10"), number_at(*probe, "successThreshold", "1"),
                    number_at(*probe, "failureThreshold", "3")));
}

/// The value of a fieldRef, where kubectl shows one: it knows the Pod's name and namespace only.
std::string pod_field(const Node& pod, const Node& ref) {
    const std::string path = text_at(ref, "fieldPath");
    return path == "metadata.name" || path == "metadata.namespace" ? text_at(pod, path) : "";
}

api::Quantity quantity_of(const Node* node) {
    if (node == nullptr) return {};
    return api::Quantity::parse(shown(*node)).value_or(api::Quantity());
}

/// The value of a resourceFieldRef as kubectl shows it: of this container, in units of the divisor, rounded
/// up.
std::string resource_text(const Node& container, const Node& ref) {
    constexpr std::array<std::string_view, 6> known{
        "limits.cpu",   "limits.memory",   "limits.ephemeral-storage",
        "requests.cpu", "requests.memory", "requests.ephemeral-storage"};
    const std::string resource = text_at(ref, "resource");
    if (std::ranges::find(known, resource) == known.end()) return "";
    const bool cpu = resource.ends_with(".cpu");
    const api::Quantity amount = quantity_of(find(container, "resources." + resource));
    const bool whole_node = amount.is_zero() && (resource == "limits.cpu" || resource == "limits.memory");
    if (whole_node) return "node allocatable";
    api::Quantity divisor = quantity_of(ref.find("divisor"));
    if (divisor.is_zero()) divisor = api::Quantity::of_units(1);
    const std::int64_t value = cpu ? amount.milli() : amount.units();
    const std::int64_t unit = cpu ? divisor.milli() : divisor.units();
    return std::to_string(value / unit + (value % unit != 0 ? 1 : 0));
}

std::string source_text(const Node& pod, const Node& container, const Node& from) {
    for (const auto& [member, what] :
         {std::pair{"configMapKeyRef", "config map"}, {"secretKeyRef", "secret"}}) {
        const Node* ref = from.find(member);
        if (ref == nullptr) continue;
        return fmt::format("<set to the key '{}' in {} '{}'>  Optional: {}", text_at(*ref, "key"), what,
                           text_at(*ref, "name"), is_true(*ref, "optional"));
    }
    if (const Node* ref = from.find("fieldRef"))
        return fmt::format("{} ({}:{})", pod_field(pod, *ref), text_at(*ref, "apiVersion"),
                           text_at(*ref, "fieldPath"));
    if (const Node* ref = from.find("resourceFieldRef"))
        return fmt::format("{} ({})", resource_text(container, *ref), text_at(*ref, "resource"));
    return "";
}

void add_environment(Page& page, const Node& pod, const Node& container) {
    const auto& sources = items(container, "envFrom");
    if (!sources.empty()) page.line(2, "Environment Variables from:");
    for (const Node& source : sources) {
        const bool map = source.find("configMapRef") != nullptr;
        const char* member = map ? "configMapRef" : "secretRef";
        const Node* ref = source.find(member);
        if (ref == nullptr) continue;
        page.line(3, fmt::format("{}\t{}\tOptional: {}", text_at(*ref, "name"), map ? "ConfigMap" : "Secret",
                                 is_true(*ref, "optional")));
    }
    const auto& variables = items(container, "env");
    if (variables.empty()) return page.field(2, "Environment", "<none>");
    page.line(2, "Environment:");
    for (const Node& variable : variables) {
        const Node* from = variable.find("valueFrom");
        page.field(3, text_at(variable, "name"),
                   from == nullptr ? text_at(variable, "value") : source_text(pod, container, *from));
    }
}

void add_mounts(Page& page, const Node& container) {
    const auto& mounts = items(container, "volumeMounts");
    if (mounts.empty()) return page.field(2, "Mounts", "<none>");
    page.line(2, "Mounts:");
    for (const Node& mount : mounts) {
        std::string flags = is_true(mount, "readOnly") ? "ro" : "rw";
        if (const std::string path = text_at(mount, "subPath"); !path.empty())
            flags += ",path=\"" + path + "\"";
        page.line(3,
                  fmt::format("{} from {} ({})", text_at(mount, "mountPath"), text_at(mount, "name"), flags));
    }
}

void add_ids(Page& page, const Node& container, const Node& status) {
    page.line(1, fmt::format("{}:", text_at(container, "name")));
    page.field(2, "Container ID", text_at(status, "containerID"));
    page.field(2, "Image", text_at(container, "image"));
    page.field(2, "Image ID", text_at(status, "imageID"));
    add_ports(page, container);
    add_command(page, "Command", items(container, "command"));
    add_command(page, "Args", items(container, "args"));
}

void add_status(Page& page, const Node& status) {
    if (status.is_null()) return;
    static const Node nothing = Node::object();
    const Node* state = status.find("state");
    add_state(page, "State", state == nullptr ? nothing : *state);
    const Node* last = status.find("lastState");
    if (last != nullptr && last->find("terminated") != nullptr) add_state(page, "Last State", *last);
    page.field(2, "Ready", is_true(status, "ready") ? "True" : "False");
    page.field(2, "Restart Count", number_at(status, "restartCount"));
}

void add_settings(Page& page, const Node& pod, const Node& container) {
    add_resources(page, "Limits", find(container, "resources.limits"));
    add_resources(page, "Requests", find(container, "resources.requests"));
    add_probe(page, "Liveness", container.find("livenessProbe"));
    add_probe(page, "Readiness", container.find("readinessProbe"));
    add_probe(page, "Startup", container.find("startupProbe"));
    for (const auto& [name, path] :
         {std::pair{"PostStart", "lifecycle.postStart"}, {"PreStop", "lifecycle.preStop"}}) {
        if (const Node* hook = find(container, path)) page.field(2, name, handler_text(*hook));
    }
    add_environment(page, pod, container);
    add_mounts(page, container);
}

}  // namespace

void add_containers(Page& page, std::string_view heading, const Node& pod, std::string_view member,
                    std::string_view statuses_member) {
    const auto& containers = items(pod, fmt::format("spec.{}", member));
    const auto& statuses = items(pod, fmt::format("status.{}", statuses_member));
    if (containers.empty()) return;
    page.line(0, fmt::format("{}:", heading));
    for (const Node& container : containers) {
        const auto found = std::ranges::find_if(statuses, [&container](const Node& status) {
            return text_at(status, "name") == text_at(container, "name");
        });
        const Node status = found == statuses.end() ? Node() : *found;
        add_ids(page, container, status);
        add_status(page, status);
        add_settings(page, pod, container);
    }
}

}  // namespace hooklet::client
