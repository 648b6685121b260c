// SPDX-License-Identifier: Apache-2.0
#include "bench/api/api_load.hpp"

#include <algorithm>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace hooklet::bench {

namespace {

using std::chrono::steady_clock;

constexpr const char* pods_path = "/api/v1/namespaces/default/pods";
constexpr const char* merge_type = "application/merge-patch+json";
constexpr int listings = 5;

/// With what a small web server has.
std::string pod(int number) {
    return fmt::format(
        R"({{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"pod-{}",)"
        R"("labels":{{"app":"web","tier":"front","release":"r{}"}}}},)"
        R"("spec":{{"nodeName":"box","containers":[{{"name":"web","image":"example.org/web:1.25",)"
        R"("ports":[{{"containerPort":80}}],"env":[{{"name":"A","value":"one"}},)"
        R"({{"name":"B","value":"two"}}],"resources":{{"requests":{{"cpu":"10m","memory":"16Mi"}}}},)"
        R"("readinessProbe":{{"httpGet":{{"path":"/","port":80}}}},"lifecycle":{{"preStop":)"
        R"({{"exec":{{"command":["sh","-c","sleep 1"]}}}}}}}}]}}}})",
        number, number % 10);
}

/// As the node writes it.
std::string pod_status(int version) {
    const std::string at = fmt::format("2026-01-01T00:{:02}:{:02}Z", version / 60 % 60, version % 60);
    std::string conditions;
    for (const char* type :
         {"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"})
        conditions +=
            fmt::format(R"({}{{"type":"{}","status":"True","lastProbeTime":null,"lastTransitionTime":"{}"}})",
                        conditions.empty() ? "" : ",", type, at);
    return fmt::format(
        R"({{"status":{{"phase":"Running","hostIP":"10.0.0.1","podIP":"10.240.0.2","startTime":"{0}",)"
        R"("conditions":[{1}],"containerStatuses":[{{"name":"web","ready":true,"started":true,"restartCount":{2},)"
        R"("image":"example.org/web:1.25","imageID":"sha256:5f0c","containerID":"containerd://{2:064x}",)"
        R"("state":{{"running":{{"startedAt":"{0}"}}}}}}]}}}})",
        at, conditions, version);
}

std::string pod_path(int number) {
    return fmt::format("{}/pod-{}", pods_path, number);
}

double ms(steady_clock::duration length) {
    return std::chrono::duration<double, std::milli>(length).count();
}

double at(std::vector<double> values, double part) {
    std::ranges::sort(values);
    return values.at(static_cast<std::size_t>(static_cast<double>(values.size() - 1) * part));
}

void rethrow(const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
}

}  // namespace

/// One fan-out under way.
struct ApiLoad::Watching {
    std::vector<Time> asked;  ///< By the number of the write, as the next.
    std::vector<Time> answered;
    std::vector<std::vector<Time>> seen;
    Time begun;
    int open = 0;
};

void ApiLoad::run() {
    loop_.run();
    loop_.restart();
}

void ApiLoad::prepare() {
    Connection connection(executor(), socket_);
    const auto make = [](Connection* to) -> Task<void> {
        co_await to->done("POST", "/api/v1/namespaces", R"({"metadata":{"name":"default"}})");
        co_await to->done("POST", "/api/v1/namespaces/default/serviceaccounts",
                          R"({"metadata":{"name":"default"},"automountServiceAccountToken":false})");
    };
    asio::co_spawn(loop_, make(&connection), rethrow);
    run();
}

double ApiLoad::rate(int count, int clients, const std::function<Task<void>(int client)>& worker) {
    const Time begun = steady_clock::now();
    for (int client = 0; client < clients; ++client) asio::co_spawn(loop_, worker(client), rethrow);
    run();
    return count * 1e3 / ms(steady_clock::now() - begun);
}

double ApiLoad::create_pods(int count, int clients) {
    return rate(count, clients, [=, this](int client) { return creator(client, count, clients); });
}

double ApiLoad::write_statuses(int pods, int count, int clients) {
    return rate(count, clients,
                [=, this](int client) { return status_writer(pods, client, count, clients); });
}

double ApiLoad::read_pods(int pods, int count, int clients) {
    return rate(count, clients, [=, this](int client) { return reader(pods, client, count, clients); });
}

Task<void> ApiLoad::creator(int from, int count, int step) {
    Connection connection(executor(), socket_);
    for (int i = from; i < count; i += step) co_await connection.done("POST", pods_path, pod(i));
}

Task<void> ApiLoad::status_writer(int pods, int from, int count, int step) {
    Connection connection(executor(), socket_);
    for (int i = from; i < count; i += step)
        co_await connection.done("PATCH", pod_path(i % pods) + "/status", pod_status(++writes_), merge_type);
}

Task<void> ApiLoad::reader(int pods, int from, int count, int step) {
    Connection connection(executor(), socket_);
    for (int i = from; i < count; i += step) co_await connection.done("GET", pod_path(i % pods));
}

Task<void> ApiLoad::lister(std::string target, std::vector<double>* times, std::size_t* bytes) {
    Connection connection(executor(), socket_);
    for (int i = 0; i < listings; ++i) {
        const Time begun = steady_clock::now();
        const Connection::Answer answer = co_await connection.done("GET", target);
        times->push_back(ms(steady_clock::now() - begun));
        *bytes = answer.body.size();
    }
}

ApiLoad::Listing ApiLoad::list(const std::string& query) {
    std::vector<double> times;
    Listing listing;
    asio::co_spawn(loop_, lister(pods_path + query, &times, &listing.bytes), rethrow);
    run();
    listing.ms = at(times, 0.5);
    return listing;
}

Task<void> ApiLoad::watcher(Watching* watching) {
    Connection connection(executor(), socket_);
    co_await connection.open(fmt::format("{}?watch=true", pods_path) + "&resourceVersion=" + revision_);
    ++watching->open;
    std::vector<Time> seen;
    while (seen.size() < watching->answered.size()) {
        co_await connection.line();
        seen.push_back(steady_clock::now());
    }
    watching->seen.push_back(std::move(seen));
}

Task<void> ApiLoad::paced_writer(Watching* watching, int watchers, double rate) {
    Connection connection(executor(), socket_);
    asio::steady_timer timer(loop_);
    while (watching->open < watchers) {
        timer.expires_after(std::chrono::milliseconds{10});
        co_await timer.async_wait(asio::use_awaitable);
    }
    watching->begun = steady_clock::now();
    for (std::size_t i = 0; i < watching->answered.size(); ++i) {
        if (rate > 0) {
            const auto due = std::chrono::duration<double>(static_cast<double>(i) / rate);
            timer.expires_at(watching->begun + std::chrono::duration_cast<steady_clock::duration>(due));
            co_await timer.async_wait(asio::use_awaitable);
        }
        watching->asked[i] = steady_clock::now();
        co_await connection.done("PATCH", pod_path(0) + "/status", pod_status(++writes_), merge_type);
        watching->answered[i] = steady_clock::now();
    }
}

Task<void> ApiLoad::find_revision() {
    Connection connection(executor(), socket_);
    const Connection::Answer page = co_await connection.done("GET", fmt::format("{}?limit=1", pods_path));
    constexpr std::string_view name = R"("resourceVersion":")";
    const std::size_t begin = page.body.find(name) + name.size();
    revision_ = page.body.substr(begin, page.body.find('"', begin) - begin);
}

ApiLoad::FanOut ApiLoad::fan_out(int watchers, int writes, double rate) {
    asio::co_spawn(loop_, find_revision(), rethrow);
    run();
    Watching watching;
    watching.asked.resize(static_cast<std::size_t>(writes));
    watching.answered.resize(watching.asked.size());
    for (int i = 0; i < watchers; ++i) asio::co_spawn(loop_, watcher(&watching), rethrow);
    asio::co_spawn(loop_, paced_writer(&watching, watchers, rate), rethrow);
    run();
    std::vector<double> answered;
    std::vector<double> seen;
    for (std::size_t i = 0; i < watching.asked.size(); ++i) {
        answered.push_back(ms(watching.answered[i] - watching.asked[i]));
        for (const std::vector<Time>& times : watching.seen) seen.push_back(ms(times[i] - watching.asked[i]));
    }
    const double took = ms(steady_clock::now() - watching.begun);
    return {static_cast<double>(seen.size()) * 1e3 / took,
            {at(answered, 0.5), at(answered, 0.99)},
            {at(seen, 0.5), at(seen, 0.99)}};
}

}  // namespace hooklet::bench
