// SPDX-License-Identifier: Apache-2.0
// What the tables do not say of volumes of drivers. None is mounted here, but a Pod that names one wrongly is
// told so at once.
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::size_t longest_driver = 63;
constexpr std::string_view only_pod = "ReadWriteOncePod";
const std::vector<std::string_view> access_modes{"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", only_pod};
constexpr std::array<std::string_view, 2> template_metadata{"annotations", "labels"};

/// A reference to a secret that is there has a name.
void check_secret_ref(const std::optional<LocalObjectReference>& ref, const std::string& path,
                      Issues& issues) {
    if (ref && ref->name.empty()) issues.push_back(issue::required(path + ".name"));
}

void check_csi(const CSIVolumeSource& csi, const std::string& path, Issues& issues) {
    if (csi.driver.size() > longest_driver) {
        issues.push_back(
            issue::too_long(path + ".driver", fmt::format("may not be more than {} bytes", longest_driver)));
    }
    std::string lower = csi.driver;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (!lower.empty()) add_problems(dns_subdomain(lower), path + ".driver", csi.driver, issues);
    check_secret_ref(csi.nodePublishSecretRef, path + ".nodePublishSecretRef", issues);
    if (!csi.nodePublishSecretRef || csi.nodePublishSecretRef->name.empty()) return;
    const std::string& secret = csi.nodePublishSecretRef->name;
    add_problems(dns_subdomain(secret), path + ".name", secret, issues);  // the API's path
}

void check_iscsi(const ISCSIVolumeSource& iscsi, const std::string& path, Issues& issues) {
    if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !iscsi.secretRef)
        issues.push_back(issue::required(path + ".secretRef"));
}

void check_fibre_channel(const FCVolumeSource& fc, const std::string& path, Issues& issues) {
    const bool by_port = !fc.targetWWNs.empty();
    if (!by_port && fc.wwids.empty()) {
        issues.push_back(
            issue::required(path + ".targetWWNs", "must specify either targetWWNs or wwids, but not both"));
    } else if (by_port && !fc.wwids.empty()) {
        issues.push_back(issue::invalid_raw(path + ".targetWWNs", list_text(fc.targetWWNs),
                                            "targetWWNs and wwids can not be specified simultaneously"));
    }
    if (by_port && !fc.lun)
        issues.push_back(issue::required(path + ".lun", "lun is required if targetWWNs is specified"));
}

void check_flocker(const FlockerVolumeSource& flocker, const std::string& path, Issues& issues) {
    const bool named = !flocker.datasetName.empty();
    const bool identified = !flocker.datasetUUID.empty();
    if (!named && !identified) {
        issues.push_back(issue::required(path, "one of datasetName and datasetUUID is required"));
    } else if (named && identified) {
        issues.push_back(issue::invalid_text(
            path, "resource", "datasetName and datasetUUID can not be specified simultaneously"));
    }
    if (flocker.datasetName.find('/') != std::string::npos) {
        issues.push_back(
            issue::invalid_text(path + ".datasetName", flocker.datasetName, "must not contain '/'"));
    }
}

void check_access_modes(const std::vector<std::string>& modes, const std::string& path, Issues& issues) {
    if (modes.empty()) issues.push_back(issue::required(path, "at least 1 access mode is required"));
    bool shared = false;
    for (const std::string& mode : modes) {
        if (!contains(access_modes, mode))
            issues.push_back(issue::not_supported(path, mode, access_modes));
        else if (mode != only_pod)
            shared = true;
    }
    if (shared && contains(modes, only_pod)) {
        issues.push_back(issue::forbidden(path, "may not use ReadWriteOncePod with other access modes"));
    }
}

void check_claim_template(const PersistentVolumeClaimTemplate& claim, const std::string& path,
                          Issues& issues) {
    check_labels(claim.metadata.labels, path + ".metadata.labels", issues);
    for (const std::string_view field : present_fields(describe<ObjectMeta>(), &claim.metadata)) {
        if (!contains(template_metadata, field))
            issues.push_back(issue::forbidden(fmt::format("{}.metadata.{}", path, field), "cannot be set"));
    }
    const std::string spec = path + ".spec";
    check_access_modes(claim.spec.accessModes, spec + ".accessModes", issues);
    check_selector(claim.spec.selector, spec + ".selector", issues);
    const auto& requests = claim.spec.resources.requests;
    const auto storage = requests.find("storage");
    const std::string storage_path = spec + ".resources[storage]";
    if (storage == requests.end()) {
        issues.push_back(issue::required(storage_path));
    } else if (storage->second <= Quantity{}) {
        issues.push_back(
            issue::invalid_text(storage_path, storage->second.text(), "must be greater than zero"));
    }
    const std::string storage_class = claim.spec.storageClassName.value_or("");
    if (!storage_class.empty())
        add_problems(dns_subdomain(storage_class), spec + ".storageClassName", storage_class, issues);
}

}  // namespace

void check_driver_source(const VolumeSource& source, const std::string& path, Issues& issues) {
    if (source.csi) check_csi(*source.csi, path + ".csi", issues);
    if (source.iscsi) check_iscsi(*source.iscsi, path + ".iscsi", issues);
    if (source.fc) check_fibre_channel(*source.fc, path + ".fc", issues);
    if (source.flocker) check_flocker(*source.flocker, path + ".flocker", issues);
    if (source.cinder) check_secret_ref(source.cinder->secretRef, path + ".cinder.secretRef", issues);
    if (source.storageos) {
        check_secret_ref(source.storageos->secretRef, path + ".storageos.secretRef", issues);
    }
    if (source.ephemeral && source.ephemeral->volumeClaimTemplate) {
        check_claim_template(*source.ephemeral->volumeClaimTemplate, path + ".ephemeral.volumeClaimTemplate",
                             issues);
    }
}

}  // namespace hooklet::api
