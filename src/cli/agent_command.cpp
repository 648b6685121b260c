// SPDX-License-Identifier: Apache-2.0
#include "base/signal.hpp"
#include "cli/cli.hpp"
#include "cli/option_checks.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

constexpr const char* agent_description = "Serve the Kubernetes API and run its Pods";

constexpr const char* agent_footer =
    "Use it with kubectl: KUBECONFIG=\"$(hooklet kubeconfig)\" kubectl get pods\n\n"
    "SIGTERM or Ctrl-C ends the agent; Pods live on, and the next agent of the same\n"
    "root goes on with them.\n\n"
    "Exit code: 0 ended by a signal, 1 it could not start, 2 wrong options.";

std::string address_problem(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
    const bool digits =
        !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
    if (colon != std::string::npos && colon > 0 && digits && std::stoi(port) <= 65535) return {};
    return fmt::format("\"{}\" is not an address and a port such as 127.0.0.1:6443", text);
}

struct Interrupts {
    CancelSource opening{};
    Signal come{};
};

Task<int> serve(Environment* env, AgentOptions options) {
    const auto interrupts = std::make_shared<Interrupts>();
    env->on_interrupt([interrupts] {
        interrupts->opening.cancel({Code::cancelled, "interrupted"});
        interrupts->come.notify();
    });
    Result<std::unique_ptr<Daemon>> daemon =
        co_await env->serve(std::move(options), interrupts->opening.token());
    if (!daemon) {
        if (interrupts->opening.token().cancelled()) co_return exit_ok;
        complain(*env, daemon.error().text());
        co_return exit_failed;
    }
    env->out(fmt::format("hooklet: node {} serves {}\nhooklet: export KUBECONFIG={}\n",
                         (*daemon)->node_name(), (*daemon)->url(), (*daemon)->kubeconfig()));
    while (!interrupts->opening.token().cancelled()) co_await interrupts->come.wait();
    co_await (*daemon)->close();
    co_return exit_ok;
}

Task<int> print_kubeconfig(Environment* env, std::string root) {
    env->out(env->kubeconfig_path(std::move(root)) + "\n");
    co_return exit_ok;
}

using TypedAgent = std::shared_ptr<AgentOptions>;

void add_duration(CLI::App& agent, const std::string& name, Duration* to, const std::string& about) {
    agent
        .add_option_function<std::string>(
            name, [to](const std::string& text) { *to = *parse_go_duration(text); }, about)
        ->type_name("DURATION")
        ->default_str(go_duration(*to))
        ->check(duration_problem);
}

void add_pod_options(CLI::App& agent, const TypedAgent& typed) {
    agent
        .add_option("--cluster-dns", typed->cluster_dns, "Name servers of Pods with dnsPolicy\nClusterFirst")
        ->type_name("ADDRESS,...")
        ->delimiter(',')
        ->check(ipv4_problem);
    agent.add_option("--cluster-domain", typed->cluster_domain, "Domain of the names that they know")
        ->type_name("DOMAIN")
        ->capture_default_str();
    add_duration(agent, "--back-off-base", &typed->back_off.initial,
                 "First delay before a container that keeps\nending is started, an image pulled again");
    add_duration(agent, "--back-off-max", &typed->back_off.maximum, "The longest such delay");
    agent
        .add_option("--max-parallel-image-pulls", typed->max_parallel_image_pulls,
                    "Pull no more images at a time; 0: no limit")
        ->type_name("NUMBER")
        ->capture_default_str()
        ->check(whole_number(0));
}

void add_shutdown_options(CLI::App& agent, const TypedAgent& typed) {
    add_duration(agent, "--shutdown-grace-period", &typed->shutdown_grace,
                 "Hold up the machine's shutdown so long\nuntil all Pods have ended; 0s: do not");
    add_duration(agent, "--shutdown-grace-period-critical-pods", &typed->shutdown_grace_critical,
                 "The part of it that is for critical Pods,\nwhich end last");
}

}  // namespace

void add_agent(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen) {
    const auto typed = std::make_shared<AgentOptions>();
    CLI::App* agent = app.add_subcommand("agent", agent_description)->footer(agent_footer);
    agent->add_option("--listen", typed->listen, "Where the API is served over TLS;\nport 0: any free one")
        ->type_name("ADDRESS:PORT")
        ->capture_default_str()
        ->check(address_problem);
    agent->add_option("--node-name", typed->node_name, "Name of the node; the host's by default")
        ->type_name("NAME");
    agent->add_option("--manifests", typed->manifests, "Run the static Pods of this directory")
        ->type_name("DIR");
    agent
        ->add_option("--eviction-hard", typed->eviction_hard,
                     "When Pods are evicted, as a kubelet's flag:\n"
                     "memory.available<100Mi,nodefs.available<10%\n\"\": never")
        ->type_name("THRESHOLDS");
    add_pod_options(*agent, typed);
    add_hook_http_status(*agent, options);
    add_shutdown_options(*agent, typed);
    agent
        ->add_option("--image-gc-high-threshold", typed->image_gc_high_threshold,
                     "How full the images' disk may be before\nunused ones are removed; 100: never")
        ->type_name("PERCENT")
        ->capture_default_str()
        ->check(whole_number(0, 100));
    agent->callback([&chosen, options, typed] {
        typed->session = *options;
        chosen = [ready = *typed](Environment* env) { return serve(env, ready); };
    });
}

void add_kubeconfig(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen) {
    app.add_subcommand("kubeconfig", "Print the path of the agent's kubeconfig")
        ->callback([&chosen, options] {
            chosen = [root = options->root](Environment* env) { return print_kubeconfig(env, root); };
        });
}

}  // namespace hooklet::cli
