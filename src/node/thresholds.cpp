// SPDX-License-Identifier: Apache-2.0
#include "node/thresholds.hpp"

#include "base/parse_number.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet {

namespace {

struct SignalFacts {
    EvictionSignal signal;
    std::string_view name;
    std::string_view resource;
    std::string_view condition;
};
constexpr std::array<SignalFacts, 6> signals{{
    {EvictionSignal::memory_available, "memory.available", "memory", "MemoryPressure"},
    {EvictionSignal::nodefs_available, "nodefs.available", "ephemeral-storage", "DiskPressure"},
    {EvictionSignal::nodefs_inodes_free, "nodefs.inodesFree", "inodes", "DiskPressure"},
    {EvictionSignal::imagefs_available, "imagefs.available", "ephemeral-storage", "DiskPressure"},
    {EvictionSignal::imagefs_inodes_free, "imagefs.inodesFree", "inodes", "DiskPressure"},
    {EvictionSignal::pid_available, "pid.available", "pids", "PIDPressure"},
}};

const SignalFacts& facts_of(EvictionSignal signal) {
    return *std::ranges::find(signals, signal, &SignalFacts::signal);
}

Result<EvictionSignal> parse_signal(const std::string& text) {
    const auto found = std::ranges::find(signals, text, &SignalFacts::name);
    if (found == signals.end()) return fail(Code::invalid, "unsupported eviction signal " + text);
    return found->signal;
}

Result<double> parse_percentage(const std::string& text) {
    const auto percent = parse_number<double>(std::string_view(text).substr(0, text.size() - 1));
    if (!percent) return fail(Code::invalid, "invalid percentage " + text);
    return *percent / 100;
}

/// nullopt: a threshold that is switched off.
Result<std::optional<ThresholdValue>> parse_value(const std::string& signal, const std::string& text) {
    if (text == "0%" || text == "100%") return std::nullopt;
    ThresholdValue value;
    if (text.ends_with('%')) {
        const auto fraction = parse_percentage(text);
        if (!fraction) return std::unexpected(fraction.error());
        if (*fraction < 0) {
            return fail(Code::invalid,
                        fmt::format("eviction percentage threshold {} must be >= 0%: {}", signal, text));
        }
        if (*fraction > 1) {
            return fail(Code::invalid,
                        fmt::format("eviction percentage threshold {} must be <= 100%: {}", signal, text));
        }
        value.fraction = *fraction;
        return value;
    }
    const auto quantity = api::Quantity::parse(text);
    if (!quantity) return std::unexpected(quantity.error());
    if (quantity->is_negative() || quantity->is_zero()) {
        return fail(Code::invalid, fmt::format("eviction threshold {} must be positive: {}", signal, text));
    }
    value.quantity = *quantity;
    return value;
}

Status add_statements(const std::map<std::string, std::string>& statements, std::vector<Threshold>& to) {
    for (const auto& [signal_name, text] : statements) {
        const auto signal = parse_signal(signal_name);
        if (!signal) return std::unexpected(signal.error());
        const auto value = parse_value(signal_name, text);
        if (!value) return std::unexpected(value.error());
        if (*value) to.push_back({*signal, **value});
    }
    return {};
}

Status set_grace(const ThresholdSettings& settings, Threshold& threshold) {
    const std::string signal(name(threshold.signal));
    const auto grace = settings.soft_grace.find(signal);
    if (grace == settings.soft_grace.end()) {
        return fail(Code::invalid,
                    "grace period must be specified for the soft eviction threshold " + signal);
    }
    const auto period = parse_go_duration(grace->second);
    if (!period || *period < Duration::zero()) {
        return fail(Code::invalid,
                    fmt::format("invalid eviction grace period specified: {}, must be a positive "
                                "value",
                                grace->second));
    }
    threshold.grace = *period;
    return {};
}

}  // namespace

std::string_view name(EvictionSignal signal) {
    return facts_of(signal).name;
}
std::string_view resource_of(EvictionSignal signal) {
    return facts_of(signal).resource;
}
std::string_view condition_of(EvictionSignal signal) {
    return facts_of(signal).condition;
}

std::int64_t ThresholdValue::of(std::int64_t capacity) const {
    if (quantity) return quantity->units();
    return static_cast<std::int64_t>(static_cast<double>(capacity) * fraction);
}

Result<std::map<std::string, std::string>> parse_statements(std::string_view text) {
    std::map<std::string, std::string> statements;
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const std::size_t sign = one.find('<');
        if (sign == 0 || sign == std::string_view::npos || sign + 1 == one.size()) {
            return fail(
                Code::invalid,
                fmt::format("invalid eviction threshold syntax {}, expected <signal><operator><value>", one));
        }
        statements[std::string(one.substr(0, sign))] = one.substr(sign + 1);
    }
    return statements;
}

Result<std::vector<Threshold>> parse_thresholds(const ThresholdSettings& settings) {
    std::vector<Threshold> thresholds;
    if (auto added = add_statements(settings.hard, thresholds); !added) return std::unexpected(added.error());
    const std::size_t first_soft = thresholds.size();
    if (auto added = add_statements(settings.soft, thresholds); !added) return std::unexpected(added.error());
    for (std::size_t i = first_soft; i < thresholds.size(); ++i) {
        if (auto set = set_grace(settings, thresholds[i]); !set) return std::unexpected(set.error());
    }
    for (const auto& [signal_name, text] : settings.min_reclaim) {
        const auto signal = parse_signal(signal_name);
        if (!signal) return std::unexpected(signal.error());
        const auto value = parse_value(signal_name, text);
        if (!value) return std::unexpected(value.error());
        for (Threshold& threshold : thresholds) {
            if (threshold.signal == *signal) threshold.min_reclaim = *value;
        }
    }
    return thresholds;
}

Observations observations_of(const NodeUsage& usage) {
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    const FileSystemUsage& images = usage.imagefs ? *usage.imagefs : usage.nodefs;
    Observations seen;
    seen[EvictionSignal::memory_available] = {number(usage.memory_available_bytes),
                                              number(usage.memory_capacity_bytes)};
    seen[EvictionSignal::nodefs_available] = {number(usage.nodefs.available_bytes),
                                              number(usage.nodefs.capacity_bytes)};
    seen[EvictionSignal::imagefs_available] = {number(images.available_bytes), number(images.capacity_bytes)};
    // Some file systems have no fixed number of inodes and report none.
    if (usage.nodefs.inodes > 0) {
        seen[EvictionSignal::nodefs_inodes_free] = {number(usage.nodefs.inodes_free),
                                                    number(usage.nodefs.inodes)};
    }
    if (images.inodes > 0) {
        seen[EvictionSignal::imagefs_inodes_free] = {number(images.inodes_free), number(images.inodes)};
    }
    if (usage.pids_max > 0) {
        seen[EvictionSignal::pid_available] = {number(usage.pids_max) - number(usage.pids_running),
                                               number(usage.pids_max)};
    }
    return seen;
}

api::Quantity quantity_of(EvictionSignal signal, std::int64_t amount) {
    const std::string_view resource = resource_of(signal);
    const bool bytes = resource == "memory" || resource == "ephemeral-storage";
    return api::Quantity::of_units(
        amount, bytes ? api::Quantity::Format::binary_si : api::Quantity::Format::decimal_si);
}

}  // namespace hooklet
