// SPDX-License-Identifier: Apache-2.0
#include "sim/random_scenario.hpp"

#include "support/sim_random.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::sim {

namespace {

enum class Part { init, sidecar, ordinary };

/// What the author knows of a container besides its text.
struct Container {
    std::string name;
    Part kind = Part::ordinary;
    std::string policy;  ///< What counts for it: `Always`, `OnFailure` or `Never`.
    std::string yaml{};
    bool ruled = false;       ///< It has rules that restart it after some exit codes.
    bool lasts = false;       ///< Its last start goes on until it is stopped.
    bool ends_well = false;   ///< Its last start ends by itself, with exit code 0.
    bool one_start = false;   ///< All starts are like the first.
    bool good_start = false;  ///< Nothing in it makes a start or its postStart fail.
    bool steady = true;       ///< No probe of it begins to fail by itself.
    bool resizable = false;   ///< It has amounts of cpu and memory.
};

/// What its hooks need of a container's entrypoint, and of the world.
struct Hook {
    std::string yaml;
    std::string listen{};  ///< A word for the entrypoint.
    bool succeeds = false;
};

struct PodFrame {
    std::string name;
    int index = 0;
    std::string policy;
    int grace = 30;
    int post_start_cap = 600;
    int deadline = 0;  ///< activeDeadlineSeconds; 0: none
};

class Author {
  public:
    explicit Author(std::uint64_t seed) : seed_(seed), random_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
    std::string write();

  private:
    template <class T, std::size_t N>
    const T& pick(const std::array<T, N>& from) {
        return from.at(random_.below(N));
    }
    int number(int low, int high) {
        return low + static_cast<int>(random_.below(static_cast<std::uint64_t>(high - low) + 1));
    }
    bool chance(double probability) { return random_.chance(probability); }
    /// A time in milliseconds, as text.
    std::string moment(int low_ms, int high_ms) { return fmt::format("{}ms", number(low_ms, high_ms)); }
    void step(std::string line) { steps_.push_back(std::move(line)); }

    void choose_faults();
    std::string write_pod(int index);
    std::vector<Container> write_containers(const PodFrame& pod);
    Container write_container(const PodFrame& pod, Part kind, int index);
    std::string write_policy(const PodFrame& pod, Container& container);
    std::vector<Hook> write_hooks(const PodFrame& pod, int index, Container& container);
    std::string write_command(std::span<const Hook> hooks, Container& container);
    std::string write_start(bool last, std::span<const Hook> hooks, Container& container);
    std::string write_end(bool last, Container& container);
    void bring(const std::string& image, double absent);
    Hook write_hook(const PodFrame& pod, int container, bool post_start);
    Hook exec_hook(const PodFrame& pod, const std::string& mark, bool post_start);
    Hook http_hook(int port, const std::string& mark);
    Hook tcp_hook(int port);
    Hook sleep_hook(const PodFrame& pod);
    std::string write_probes(const PodFrame& pod, int index, Container& container,
                             std::vector<Hook>& servers);
    Hook write_probe(int port, bool fails);
    std::string write_resources(const PodFrame& pod, Container& container);
    void choose_resizes(const PodFrame& pod, std::span<const Container> containers);
    void choose_goal(const PodFrame& pod, std::span<const Container> containers);
    void choose_removals(const PodFrame& pod);
    void choose_changes(const PodFrame& pod, std::span<const Container> containers);
    void choose_deaths(const PodFrame& pod, std::span<const Container> containers);
    void choose_outage();
    void choose_end_of_agent();

    std::uint64_t seed_;
    SimRandom random_;
    std::string faults_;
    bool disturbed_ = false;
    bool pods_may_die_ = false;
    int length_ms_ = 60'000;
    std::vector<std::string> steps_;
    std::vector<std::string> goals_;
};

void Author::choose_faults() {
    const int kind = number(0, 19);
    const int stop_s = number(15, 75);
    length_ms_ = stop_s * 1000;
    pods_may_die_ = chance(0.3);
    if (kind < 7) return;
    disturbed_ = true;
    length_ms_ += 10'000;
    if (kind < 12) {
        faults_ = "error=0.01 delay=0.03 lost-answer=0.01 late-event=0.02";
    } else if (kind < 14) {
        faults_ = "error=0.01 delay=0.03 hang=0.02 lost-answer=0.02 lost-event=0.05";
    } else if (kind < 17) {
        faults_ = "error=0.06 delay=0.10 lost-answer=0.05 duplicate-event=0.1 late-event=0.1 lost-event=0.05";
    } else {
        faults_ = "duplicate-event=0.2 late-event=0.2 lost-event=0.2";
    }
    faults_ += fmt::format(" stop-after={}s", stop_s);
}

Hook Author::exec_hook(const PodFrame& pod, const std::string& mark, bool post_start) {
    if (chance(0.05)) return {.yaml = fmt::format("exec: {{command: [no-such-{}]}}", mark)};
    Hook hook;
    std::string words = "sim, stdout=" + mark;
    if (chance(0.12)) {
        words += ", hang";
    } else {
        const int takes = number(0, 9000);
        words += fmt::format(", takes={}ms", takes);
        hook.succeeds = takes < pod.post_start_cap * 1000;
    }
    if (chance(0.15)) {
        words += fmt::format(", exit={}", number(1, 3));
        hook.succeeds = false;
    }
    if (!post_start && chance(0.2)) words += fmt::format(", app-exit=0, app-after={}ms", number(0, 4000));
    hook.yaml = fmt::format("exec: {{command: [{}]}}", words);
    return hook;
}

Hook Author::http_hook(int port, const std::string& mark) {
    static constexpr std::array<const char*, 8> answers{"200", "200", "200", "200",
                                                        "302", "404", "500", "hang"};
    const std::string answer = pick(answers);
    const bool fine = answer == "200";
    if (chance(0.4)) {
        step(fmt::format("0s serve 10.9.0.1:80/{} {}", mark, answer));
        return {.yaml = fmt::format("httpGet: {{host: 10.9.0.1, port: 80, path: /{}}}", mark),
                .succeeds = fine};
    }
    Hook hook{.yaml = fmt::format("httpGet: {{port: {}, path: /{}}}", port, mark)};
    if (chance(0.15)) return hook;  // nobody listens
    hook.listen = fmt::format("\"listen={}:{}\"", port, answer);
    hook.succeeds = fine;
    return hook;
}

Hook Author::tcp_hook(int port) {
    Hook hook{.yaml = fmt::format("tcpSocket: {{port: {}}}", port)};
    if (chance(0.2)) return hook;
    hook.listen = fmt::format("listen={}", port);
    hook.succeeds = true;
    return hook;
}

Hook Author::sleep_hook(const PodFrame& pod) {
    const int seconds = number(0, std::min(pod.grace, 10));
    return {.yaml = fmt::format("sleep: {{seconds: {}}}", seconds), .succeeds = seconds < pod.post_start_cap};
}

Hook Author::write_hook(const PodFrame& pod, int container, bool post_start) {
    const std::string mark = fmt::format("{}-{}-{}", pod.name, container, post_start ? "post" : "pre");
    const int port = 8000 + pod.index * 100 + container * 10 + (post_start ? 0 : 1);
    const int kind = number(0, 19);
    if (kind < 10) return exec_hook(pod, mark, post_start);
    if (kind < 15) return http_hook(port, mark);
    return kind < 17 ? tcp_hook(port) : sleep_hook(pod);
}

/// How a start ends by itself, if it does.
std::string Author::write_end(bool last, Container& container) {
    if (container.kind == Part::init) {
        container.ends_well = last && chance(0.9);
        return fmt::format("run={}ms, exit={}", number(1, 8000), container.ends_well ? 0 : number(0, 2));
    }
    container.lasts = last && chance(container.kind == Part::sidecar ? 0.85 : 0.7);
    if (container.lasts) return {};
    return fmt::format("run={}ms, {}", number(1, 20'000),
                       chance(0.1) ? "oom" : fmt::format("exit={}", number(0, 2)));
}

/// One start of an entrypoint, in the words of the simulated command.
std::string Author::write_start(bool last, std::span<const Hook> hooks, Container& container) {
    std::vector<std::string> words;
    if (!last && chance(0.1)) words.emplace_back("start-error=broken");
    if (std::string end = write_end(last, container); !end.empty()) words.push_back(std::move(end));
    if (chance(0.2)) {
        words.emplace_back("ignore-stop");
    } else {
        words.push_back(fmt::format("stop={}ms", chance(0.7) ? number(1, 500) : number(500, 9000)));
    }
    if (chance(0.3)) words.emplace_back("stop-exit=143");
    for (const Hook& hook : hooks) {
        if (!hook.listen.empty()) words.push_back(hook.listen);
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string Author::write_command(std::span<const Hook> hooks, Container& container) {
    const int starts = chance(0.6) ? 1 : number(2, 3);
    container.one_start = starts == 1;
    std::string command = "sim";
    for (int start = 1; start <= starts; ++start)
        command += (start == 1 ? ", " : ", then, ") + write_start(start == starts, hooks, container);
    return command;
}

std::vector<Hook> Author::write_hooks(const PodFrame& pod, int index, Container& container) {
    std::vector<Hook> hooks;
    container.good_start = true;
    if (container.kind == Part::init) return hooks;
    std::string lifecycle;
    for (const bool post_start : {true, false}) {
        if (!chance(0.6)) continue;
        hooks.push_back(write_hook(pod, index, post_start));
        lifecycle += fmt::format("{}{}: {{{}}}", lifecycle.empty() ? "" : ", ",
                                 post_start ? "postStart" : "preStop", hooks.back().yaml);
        if (post_start) container.good_start = hooks.back().succeeds;
    }
    if (chance(0.15)) {
        static constexpr std::array<const char*, 3> signals{"SIGUSR1", "SIGINT", "SIGRTMIN+3"};
        lifecycle += fmt::format("{}stopSignal: {}", lifecycle.empty() ? "" : ", ", pick(signals));
    }
    if (!lifecycle.empty()) container.yaml += fmt::format("    lifecycle: {{{}}}\n", lifecycle);
    return hooks;
}

/// What a probe asks, and who answers. One that fails does so from the start or from some moment on.
Hook Author::write_probe(int port, bool fails) {
    const int since_ms = fails && chance(0.7) ? number(500, 30'000) : 0;
    const auto serving = [&](const char* well, const char* badly) {
        if (!fails) return fmt::format("\"listen={}:{}\"", port, well);
        const std::string worse = fmt::format("\"listen={}:{}@{}ms\"", port, badly, since_ms);
        return since_ms == 0 ? worse : fmt::format("\"listen={}:{}\", {}", port, well, worse);
    };
    switch (number(0, 5)) {
        case 0:
            return {.yaml = fmt::format("httpGet: {{port: {}, path: /probe}}", port),
                    .listen = serving("200", chance(0.3) ? "hang" : "500")};
        case 1:
            return {.yaml = fmt::format("tcpSocket: {{port: {}}}", port), .listen = serving("200", "closed")};
        case 2:
            return {.yaml = fmt::format("grpc: {{port: {}}}", port),
                    .listen = serving("serving", "not-serving")};
        default:
            break;
    }
    const std::string takes = moment(1, 400);
    const std::string worse = chance(0.3) ? "hang" : fmt::format("takes={}, exit=1", takes);
    const std::string well = fmt::format("takes={}", takes);
    if (!fails) return {.yaml = fmt::format("exec: {{command: [sim, {}]}}", well)};
    if (since_ms == 0) return {.yaml = fmt::format("exec: {{command: [sim, {}]}}", worse)};
    return {.yaml = fmt::format("exec: {{command: [sim, until={}ms, {}, then, {}]}}", since_ms, well, worse)};
}

/// Adds the servers that its probes ask to `servers`.
std::string Author::write_probes(const PodFrame& pod, int index, Container& container,
                                 std::vector<Hook>& servers) {
    static constexpr std::array<const char*, 3> kinds{"startupProbe", "livenessProbe", "readinessProbe"};
    std::string yaml;
    if (container.kind == Part::init || !chance(0.4)) return yaml;
    int port = 8000 + pod.index * 100 + index * 10 + 2;
    for (const std::string_view kind : kinds) {
        if (!chance(0.5)) continue;
        const bool fails = chance(0.35);
        servers.push_back(write_probe(port++, fails));
        if (fails && kind != "readinessProbe") container.steady = false;
        yaml += fmt::format("    {}: {{initialDelaySeconds: {}, periodSeconds: {}, failureThreshold: {}, ",
                            kind, number(0, 5), number(1, 4), number(1, 3));
        if (kind == "readinessProbe") yaml += fmt::format("successThreshold: {}, ", number(1, 2));
        yaml += servers.back().yaml + "}\n";
    }
    return yaml;
}

std::string Author::write_resources(const PodFrame& pod, Container& container) {
    container.resizable = container.kind != Part::init && chance(0.3);
    if (!container.resizable) return {};
    std::string yaml =
        "    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 100m, memory: 64Mi}}\n";
    if (container.policy == "Never" || !chance(0.4)) return yaml;
    const char* resource = chance(0.5) ? "cpu" : "memory";
    if (pod.policy == "Never") return yaml;  // the API refuses it, whatever the container's own policy is
    return yaml + fmt::format("    resizePolicy: [{{resourceName: {}, restartPolicy: RestartContainer}}]\n",
                              resource);
}

/// The container's own policy, and rules, if it has any.
std::string Author::write_policy(const PodFrame& pod, Container& container) {
    static constexpr std::array<const char*, 3> policies{"Never", "OnFailure", "Always"};
    container.policy = container.kind == Part::sidecar ? "Always" : pod.policy;
    if (container.kind == Part::sidecar) return "    restartPolicy: Always\n";
    if (!chance(0.15)) return {};
    container.policy = container.kind == Part::init ? policies.at(random_.below(2)) : pick(policies);
    container.ruled = chance(0.5);
    std::string yaml = fmt::format("    restartPolicy: {}\n", container.policy);
    if (container.ruled) {
        yaml += fmt::format(
            "    restartPolicyRules: [{{action: Restart, exitCodes: {{operator: {}, values: [{}]}}}}]\n",
            chance(0.7) ? "In" : "NotIn", number(1, 2));
    }
    return yaml;
}

/// Sometimes an image has to be pulled first, and its pulls may fail.
void Author::bring(const std::string& image, double absent) {
    if (!chance(absent)) return;
    step(fmt::format("0s image {} absent takes={}ms fails={}", image, number(1, 4000), number(0, 2)));
}

Container Author::write_container(const PodFrame& pod, Part kind, int index) {
    Container out{.name = fmt::format("{}{}", kind == Part::ordinary ? "c" : "i", index), .kind = kind};
    const std::string policy = write_policy(pod, out);
    std::vector<Hook> hooks = write_hooks(pod, index, out);
    out.yaml += write_probes(pod, index, out, hooks) + write_resources(pod, out);
    const std::string command = write_command(hooks, out);
    const std::string image = fmt::format("image-{}-{}:1", pod.name, index);
    bring(image, 0.15);
    out.yaml = fmt::format("  - name: {}\n    image: {}\n    command: [{}]\n{}{}", out.name, image, command,
                           policy, out.yaml);
    return out;
}

/// Init containers and sidecars come first, as in the spec.
std::vector<Container> Author::write_containers(const PodFrame& pod) {
    constexpr int most_ordinary = 3;
    std::vector<Container> all;
    if (chance(0.45)) {
        for (int i = 0, count = number(1, 3); i < count; ++i)
            all.push_back(write_container(pod, chance(0.5) ? Part::init : Part::sidecar, most_ordinary + i));
    }
    for (int i = 0, count = number(1, most_ordinary); i < count; ++i)
        all.push_back(write_container(pod, Part::ordinary, i));
    return all;
}

/// What the Pod must come to, when that is certain.
void Author::choose_goal(const PodFrame& pod, std::span<const Container> containers) {
    const bool undisturbed = !disturbed_ && !pods_may_die_;
    const auto surely_never = [](const Container& c) { return c.policy == "Never" && !c.ruled; };
    const auto runs = [undisturbed](const Container& c) {
        const bool again = c.kind == Part::init ? c.policy != "Never" : c.policy == "Always";
        const bool right = c.kind == Part::init ? c.ends_well : c.lasts;
        return right && c.good_start && c.steady &&
               (again || (undisturbed && c.policy == "Never" && c.one_start));
    };
    const auto ends = [surely_never](const Container& c) {
        if (c.kind == Part::sidecar) return c.lasts && c.good_start && c.steady;
        return c.kind == Part::init ? c.ends_well || surely_never(c) : !c.lasts && surely_never(c);
    };
    if (pod.deadline > 0 || std::ranges::all_of(containers, ends)) {
        goals_.push_back(pod.name + ": finished");
    } else if (std::ranges::all_of(containers, runs)) {
        goals_.push_back(pod.name + ": running");
    }
}

/// New images and ephemeral containers.
void Author::choose_changes(const PodFrame& pod, std::span<const Container> containers) {
    for (int times = chance(0.25) ? number(1, 2) : 0; times > 0; --times) {
        const std::string image = fmt::format("new-{}-{}:1", pod.name, times);
        bring(image, 0.3);
        step(fmt::format("{} update {}/{} {}", moment(100, length_ms_ - 1000), pod.name,
                         containers[random_.below(containers.size())].name, image));
    }
    for (int times = chance(0.15) ? number(1, 2) : 0; times > 0; --times) {
        const std::string image = fmt::format("tools-{}:1", pod.name);
        bring(image, 0.3);
        step(fmt::format("{} debug {}/e{} {} sim {}", moment(100, length_ms_ - 1000), pod.name, times, image,
                         chance(0.5) ? "" : fmt::format("run={} exit={}", moment(1, 9000), number(0, 1))));
    }
}

/// In place, to amounts of which some do not fit.
void Author::choose_resizes(const PodFrame& pod, std::span<const Container> containers) {
    static constexpr std::array<const char*, 4> cpu{"50m", "200m", "1", "3"};
    static constexpr std::array<const char*, 4> memory{"16Mi", "128Mi", "1Gi", "8Gi"};
    for (const Container& container : containers) {
        if (!container.resizable) continue;
        for (int times = number(0, 2); times > 0; --times) {
            step(fmt::format("{} resize {}/{} cpu={}{}", moment(100, length_ms_ - 1000), pod.name,
                             container.name, pick(cpu),
                             chance(0.5) ? fmt::format(" memory={}", pick(memory)) : ""));
        }
    }
}

void Author::choose_removals(const PodFrame& pod) {
    static constexpr std::array<int, 6> graces{0, 1, 2, 5, 12, 40};
    if (chance(0.4)) return;
    int at = chance(0.2) ? number(1, 500) : number(1, length_ms_ - 1000);
    for (int times = number(1, 3); times > 0; --times) {
        const std::string how = chance(0.25) ? fmt::format("end {} Evicted", pod.name) : "remove " + pod.name;
        step(fmt::format("{}ms {}{}", at, how, chance(0.5) ? fmt::format(" {}s", pick(graces)) : ""));
        at += number(1, 8000);
        if (at >= length_ms_) return;
    }
}

void Author::choose_deaths(const PodFrame& pod, std::span<const Container> containers) {
    if (!pods_may_die_) return;
    for (int times = number(0, 3); times > 0; --times) {
        const std::string& container = containers[random_.below(containers.size())].name;
        step(fmt::format("{} kill {}/{}", moment(100, length_ms_ - 5000), pod.name, container));
    }
    if (disturbed_ && chance(0.4)) {
        step(fmt::format("{} kill-sandbox {}", moment(100, length_ms_ - 15'000), pod.name));
    }
}

/// Rarely the engine is away for a while.
void Author::choose_outage() {
    if (!disturbed_ || !chance(0.25)) return;
    const int length = number(100, 12'000);
    step(fmt::format("{} engine-down {}ms", moment(1, length_ms_ - 12'000), length));
}

/// Rarely the agent goes away before the end; the next one removes what it left.
void Author::choose_end_of_agent() {
    if (!disturbed_ || !chance(0.08)) return;
    step(fmt::format("{}ms {}", length_ms_, chance(0.5) ? "crash" : "abandon"));
    step(fmt::format("{}ms restart", length_ms_ + number(1, 30'000)));
    length_ms_ += 40'000;
    goals_.clear();
}

std::string Author::write_pod(int index) {
    static constexpr std::array<const char*, 5> policies{"Always", "Always", "Always", "OnFailure", "Never"};
    static constexpr std::array<int, 7> graces{0, 1, 2, 5, 12, 12, 30};
    PodFrame pod{.name = fmt::format("p{}", index), .index = index};
    pod.policy = pick(policies);
    pod.grace = pick(graces);
    std::string annotations;
    if (chance(0.5)) {
        pod.post_start_cap = number(1, 15);
        annotations = fmt::format("hooklet.dev/post-start-timeout: {}s", pod.post_start_cap);
    }
    if (chance(0.3)) {
        annotations += fmt::format("{}hooklet.dev/pre-stop-timeout: {}s", annotations.empty() ? "" : ", ",
                                   number(1, 20));
    }
    if (chance(0.08)) pod.deadline = number(1, 60);
    const std::vector<Container> containers = write_containers(pod);
    std::string text = fmt::format(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {}, annotations: {{{}}}}}\nspec:\n"
        "  os: {{name: linux}}\n  restartPolicy: {}\n  terminationGracePeriodSeconds: {}\n",
        pod.name, annotations, pod.policy, pod.grace);
    if (pod.deadline > 0) text += fmt::format("  activeDeadlineSeconds: {}\n", pod.deadline);
    const bool inits = containers.front().kind != Part::ordinary;
    if (inits) text += "  initContainers:\n";
    for (const Container& c : containers) {
        const bool first = c.kind == Part::ordinary && c.name == "c0";
        text += (first ? "  containers:\n" : "") + c.yaml;
    }
    choose_goal(pod, containers);
    choose_removals(pod);
    choose_changes(pod, containers);
    choose_resizes(pod, containers);
    choose_deaths(pod, containers);
    return text;
}

std::string Author::write() {
    choose_faults();
    if (chance(0.5)) step("0s machine cpu=2 memory=4Gi");
    std::string pods;
    for (int i = 0, count = chance(0.6) ? 1 : number(2, 3); i < count; ++i) pods += write_pod(i);
    choose_outage();
    choose_end_of_agent();
    std::string text = fmt::format("scenario: seed {}\nseeds: 1\nfor: {}ms\n", seed_, length_ms_);
    if (!faults_.empty()) text += fmt::format("faults: {}\n", faults_);
    if (!goals_.empty()) text += fmt::format("converge: {{{}}}\n", fmt::join(goals_, ", "));
    if (!steps_.empty()) text += fmt::format("do: |\n  {}\n", fmt::join(steps_, "\n  "));
    return text + pods;
}

}  // namespace

std::string random_scenario(std::uint64_t seed) {
    return Author(seed).write();
}

}  // namespace hooklet::sim
