// SPDX-License-Identifier: Apache-2.0
#include "insight/records.hpp"

namespace hooklet::insight {

namespace {

using api::Node;

std::int64_t milliseconds_of(Duration d) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}

void set_text(Node& node, const char* key, const std::string& text) {
    if (!text.empty()) node.set(key, Node(text));
}

template <class T>
void set_number(Node& node, const char* key, const std::optional<T>& number) {
    if (number) node.set(key, Node(*number));
}

Node head(const char* type, WallTime at, const PodRef& pod, const std::string& container) {
    Node node = Node::object();
    node.set("type", Node(type));
    node.set("time", Node(rfc3339_nano(at)));
    node.set("namespace", Node(pod.namespace_));
    node.set("pod", Node(pod.name));
    node.set("uid", Node(pod.uid));
    set_text(node, "container", container);
    return node;
}

Node record(const HookAttempt& attempt) {
    Node node = head("hook", attempt.started_at, attempt.pod, attempt.container);
    set_text(node, "containerID", attempt.container_id);
    node.set("deliveryID", Node(attempt.delivery_id));
    node.set("attempt", Node(attempt.attempt));
    node.set("hook", Node(name(attempt.hook)));
    node.set("handler", Node(name(attempt.handler)));
    set_text(node, "command", attempt.command);
    set_text(node, "reason", attempt.reason);
    node.set("capMs", Node(milliseconds_of(attempt.cap)));
    if (!attempt.outcome) return node;
    node.set("outcome", Node(name(*attempt.outcome)));
    if (*attempt.outcome != HookOutcome::unknown) node.set("tookMs", Node(milliseconds_of(attempt.took)));
    set_number(node, "exitCode", attempt.exit_code);
    set_number(node, "httpStatus", attempt.http_status);
    set_text(node, "cause", attempt.cause);
    set_text(node, "stdout", attempt.stdout_);
    set_text(node, "stderr", attempt.stderr_);
    return node;
}

Node record(const LifecycleStep& step) {
    Node node = head("step", step.at, step.pod, step.container);
    set_text(node, "containerID", step.container_id);
    node.set("step", Node(name(step.step)));
    if (step.took > Duration::zero()) node.set("tookMs", Node(milliseconds_of(step.took)));
    set_number(node, "exitCode", step.exit_code);
    if (step.grace) node.set("graceMs", Node(milliseconds_of(*step.grace)));
    set_text(node, "detail", step.detail);
    return node;
}

Node record(const EventRecord& event) {
    Node node = head("event", event.at, event.pod, event.container);
    node.set("severity", Node(event.warning ? "Warning" : "Normal"));
    node.set("reason", Node(event.reason));
    node.set("message", Node(event.message));
    return node;
}

Node run_record(const ContainerRun& run, WallTime now) {
    Node node = Node::object();
    set_text(node, "containerID", run.container_id);
    Node all = Node::array();
    for (const Phase& phase : phases(run, now)) {
        Node& item = all.push(Node::object());
        item.set("phase", Node(name(phase.kind)));
        item.set("start", Node(rfc3339_nano(phase.begin)));
        item.set("tookMs", Node(milliseconds_of(phase.end - phase.begin)));
        if (phase.open) item.set("open", Node(true));
    }
    node.set("phases", std::move(all));
    if (const auto grace = run.grace()) node.set("graceMs", Node(milliseconds_of(*grace)));
    node.set("killed", Node(run.killed()));
    if (const LifecycleStep* exited = run.find(StepKind::exited))
        set_number(node, "exitCode", exited->exit_code);
    return node;
}

Node container_record(const ContainerStory& container, WallTime now) {
    Node node = Node::object();
    node.set("name", Node(container.name));
    Node runs = Node::array();
    for (const ContainerRun& run : container.runs) runs.push(run_record(run, now));
    node.set("runs", std::move(runs));
    set_text(node, "problem", why_not_started(container));
    return node;
}

Node story_record(const PodStory& story) {
    Node node = Node::object();
    node.set("namespace", Node(story.pod.namespace_));
    node.set("pod", Node(story.pod.name));
    node.set("uid", Node(story.pod.uid));
    Node containers = Node::array();
    for (const ContainerStory& container : story.containers)
        containers.push(container_record(container, story.end));
    node.set("containers", std::move(containers));
    set_text(node, "problem", why_not_begun(story));
    return node;
}

}  // namespace

api::Node result_record(const std::vector<PodStory>& stories, const std::vector<std::string>& failures,
                        int exit_code) {
    Node node = Node::object();
    node.set("type", Node("result"));
    node.set("exitCode", Node(exit_code));
    Node reasons = Node::array();
    for (const std::string& failure : failures) reasons.push(Node(failure));
    node.set("failures", std::move(reasons));
    Node pods = Node::array();
    for (const PodStory& story : stories) pods.push(story_record(story));
    node.set("pods", std::move(pods));
    return node;
}

api::Node record_of(const JournalEntry& entry) {
    return std::visit([](const auto& r) { return record(r); }, entry);
}

}  // namespace hooklet::insight
