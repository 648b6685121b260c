// SPDX-License-Identifier: Apache-2.0
#include "pods/dns_config.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace hooklet {

namespace {

constexpr std::size_t max_servers = 3;
constexpr std::size_t max_searches = 32;
constexpr std::size_t max_search_characters = 2048;

using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
    std::istringstream in(line);
    return {std::istream_iterator<std::string>(in), {}};
}

std::string without_final_dot(std::string domain) {
    if (domain.size() > 1 && domain.ends_with('.')) domain.pop_back();
    return domain;
}

void add_new(Words& list, const Words& more) {
    for (const std::string& word : more) {
        if (std::ranges::find(list, word) == list.end()) list.push_back(word);
    }
}

/// The part of `name:value` before the colon.
std::string_view option_name(std::string_view option) {
    return option.substr(0, option.find(':'));
}

/// Of options with the same name the last one counts.
void set_option(Words& options, const std::string& option) {
    const auto same = std::ranges::find(options, option_name(option), option_name);
    if (same == options.end()) {
        options.push_back(option);
    } else {
        *same = option;
    }
}

std::string text_of(const api::PodDNSConfigOption& option) {
    return option.value.value_or("").empty() ? option.name : option.name + ":" + *option.value;
}

/// The host's servers and options do not count, its search domains come last.
cri::DnsConfig in_cluster(const ClusterDns& cluster, const std::string& name_space,
                          const Words& host_searches) {
    cri::DnsConfig config;
    config.servers = cluster.servers;
    const std::string services = "svc." + cluster.domain;
    add_new(config.searches, {name_space + "." + services, services, cluster.domain});
    add_new(config.searches, host_searches);
    config.options = {"ndots:5"};
    return config;
}

void cut_to_limits(cri::DnsConfig& config) {
    if (config.servers.size() > max_servers) config.servers.resize(max_servers);
    std::size_t characters = 0;
    std::size_t kept = 0;
    for (; kept < std::min(config.searches.size(), max_searches); ++kept) {
        characters += config.searches[kept].size() + (kept == 0 ? 0 : 1);
        if (characters > max_search_characters) break;
    }
    config.searches.resize(kept);
}

}  // namespace

cri::DnsConfig parse_resolv_conf(std::string_view text) {
    cri::DnsConfig config;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        Words words = words_of(line);
        if (words.size() < 2) continue;
        const std::string keyword = words.front();
        words.erase(words.begin());
        if (keyword == "nameserver") config.servers.push_back(words.front());
        if (keyword == "options")
            std::ranges::for_each(words, [&](auto& w) { set_option(config.options, w); });
        if (keyword == "search") {
            config.searches.clear();
            std::ranges::transform(words, std::back_inserter(config.searches), without_final_dot);
        }
    }
    return config;
}

bool wants_cluster_dns(const api::PodSpec& spec) {
    return spec.dnsPolicy == "ClusterFirstWithHostNet" ||
           (spec.dnsPolicy == "ClusterFirst" && !spec.hostNetwork);
}

cri::DnsConfig make_dns_config(const api::Pod& pod, std::string_view host_resolv_conf,
                               const ClusterDns& cluster) {
    const api::PodSpec& spec = pod.spec;
    cri::DnsConfig config;
    if (spec.dnsPolicy != "None") config = parse_resolv_conf(host_resolv_conf);
    if (wants_cluster_dns(spec) && !cluster.servers.empty()) {
        config = in_cluster(cluster, pod.metadata.namespace_, config.searches);
    }
    if (spec.dnsConfig) {
        add_new(config.servers, spec.dnsConfig->nameservers);
        add_new(config.searches, spec.dnsConfig->searches);
        for (const auto& option : spec.dnsConfig->options) set_option(config.options, text_of(option));
    }
    cut_to_limits(config);
    return config;
}

}  // namespace hooklet
