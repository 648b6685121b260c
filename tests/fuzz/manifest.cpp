// SPDX-License-Identifier: Apache-2.0
// Manifests: YAML and JSON to validated objects. Whatever is accepted is accepted again when written as JSON.
#include "api/manifest.hpp"

#include "adapters/yaml/yaml.hpp"
#include "api/codec.hpp"
#include "api/json.hpp"
#include "fuzz/target.hpp"

HOOKLET_FUZZ(input) {
    using namespace hooklet;
    const api::Manifest read = api::load_manifest("f", input, yaml::parse_documents);
    if (!read.issues.empty()) return;
    for (const api::Pod& pod : read.pods) {
        const std::string text = api::write_json(api::encode(pod));
        const api::Manifest again = api::load_manifest("f", text, yaml::parse_documents);
        fuzz::require(again.issues.empty() && again.pods.size() == 1 && again.pods.front() == pod);
    }
}
