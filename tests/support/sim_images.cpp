// SPDX-License-Identifier: Apache-2.0
#include "support/sim_images.hpp"

#include "base/fnv.hpp"
#include "support/sim_random.hpp"

#include <functional>
#include <utility>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {
std::string sha256_like(std::uint64_t seed) {
    SimRandom random(seed);
    std::string out = "sha256:";
    for (int i = 0; i < 4; ++i) out += fmt::format("{:016x}", random.next());
    return out;
}
}  // namespace

std::string SimImages::canonical(const std::string& name) {
    std::string out = name;
    const std::size_t slash = out.find('/');
    const bool has_host =
        slash != std::string::npos && out.substr(0, slash).find_first_of(".:") != std::string::npos;
    if (!has_host) out.insert(0, slash == std::string::npos ? "docker.io/library/" : "docker.io/");
    const std::string last = out.substr(out.rfind('/'));
    if (last.find_first_of(":@") == std::string::npos) out += ":latest";
    return out;
}

std::string SimImages::id_of(const SimImage& image) {
    return sha256_like(fnv1a_64(canonical(image.name)));
}

void SimImages::add(SimImage image) {
    const std::string key = canonical(image.name);
    images_.insert_or_assign(key, std::move(image));
}

SimImage* SimImages::find(const std::string& reference) {
    if (const auto named = images_.find(canonical(reference)); named != images_.end()) return &named->second;
    for (auto& [name, image] : images_) {
        if (id_of(image) == reference) return &image;
    }
    return nullptr;
}

SimImage* SimImages::find_present(const std::string& reference) {
    SimImage* image = find(reference);
    return image != nullptr && image->present ? image : nullptr;
}

Result<std::string> SimImages::finish_pull(const std::string& reference,
                                           const std::optional<cri::AuthConfig>& login) {
    const std::string full = canonical(reference);
    SimImage* image = find(reference);
    const std::string failed = fmt::format("failed to pull and unpack image \"{}\": ", full);
    if (image == nullptr) {
        return fail(Code::not_found,
                    failed + fmt::format("failed to resolve reference \"{}\": {}: not found", full, full));
    }
    if (image->failing_pulls > 0) {
        --image->failing_pulls;
        return fail(Code::internal, failed + image->pull_error);
    }
    if (image->login && image->login != login) {
        return fail(Code::internal, failed +
                                        "pull access denied, repository does not exist or may require "
                                        "authorization: server message: insufficient_scope");
    }
    image->present = true;
    return id_of(*image);
}

void SimImages::remove(const std::string& reference) {
    if (SimImage* image = find(reference)) image->present = false;
}

cri::Image SimImages::describe(const SimImage& image) {
    const std::string full = canonical(image.name);
    cri::Image out;
    out.id = id_of(image);
    out.repo_tags = {full};
    out.repo_digests = {full.substr(0, full.rfind(':')) + "@" + sha256_like(fnv1a_64(full) + 1)};
    out.size_bytes = image.size_bytes;
    out.uid = image.uid;
    out.username = image.username;
    return out;
}

std::vector<cri::Image> SimImages::list() const {
    std::vector<cri::Image> out;
    for (const auto& [name, image] : images_) {
        if (image.present) out.push_back(describe(image));
    }
    return out;
}

}  // namespace hooklet::sim
