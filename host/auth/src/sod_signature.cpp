#include "sod_signature.h"

#include <algorithm>

#include "cicada/asn1/oids.h"
#include "cicada/host/auth/deviation.h"
#include "cicada/host/pki/cms_signature.h"
#include "judgement_check.h"

namespace cicada::host::auth {

SodSignature judge_signature(const Sod& sod, const pki::TrustStore* trust) {
  const bool old = sod.content_type == asn1::oids::kLdsSecurityObject;
  auto report = pki::verify_cms({.message = sod.message,
                                 .certificates = sod.certificates,
                                 .what = sod.file,
                                 .content_type = sod.content_type,
                                 .content = sod.content,
                                 .trust = trust,
                                 .other_content_type = old ? asn1::oids::kOldLdsSecurityObject : asn1::Oid{},
                                 .other_content_name = deviation::kOldContentType});
  SodSignature result{.check = to_check(CheckName::sod_signature, report.signature),
                      .signer = report.signer,
                      .signing_time = report.signing_time};
  auto deviations = sod.deviations;
  for (auto& name : result.check.deviations) {
    if (std::ranges::find(deviations, name) == deviations.end()) deviations.push_back(std::move(name));
  }
  result.check.deviations = std::move(deviations);
  return result;
}

}  // namespace cicada::host::auth
