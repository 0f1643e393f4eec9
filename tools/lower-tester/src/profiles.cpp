// What a plan lets a statement claim.
#include <algorithm>

#include "cicada/tools/lower_tester/test_card.h"

namespace cicada::tools::lower_tester {

using host::lds::Ef;

namespace {

using Profiles = std::set<std::string>;

void add_access(const Plan& plan, Profiles& to) {
  if (plan.bac) to.insert("BAC");
  if (!plan.bac && plan.pace.empty()) to.insert("PLAIN");
  if (!plan.pace.empty()) to.insert({"PACE", "CAN"});
  for (const auto& [arcs, domain] : plan.pace) {
    // 9303-11 §9.2.1: the first arc behind id-PACE is mapping and group.
    switch (arcs.front()) {
      case '1': to.insert({"PACE-GM", "PACE-DH"}); break;
      case '2': to.insert({"PACE-GM", "PACE-ECDH"}); break;
      case '3': to.insert({"PACE-IM", "PACE-DH"}); break;
      case '4': to.insert({"PACE-IM", "PACE-ECDH"}); break;
      default: to.insert({"PACE-CAM", "PACE-ECDH"}); break;
    }
  }
}

void add_chip(const Plan& plan, Profiles& to) {
  for (const auto& key : plan.chip) {
    const bool is_ec = std::holds_alternative<crypto::mbedtls::Curve>(key.group);
    to.insert({"CA", is_ec ? "CA-ECDH" : "CA-DH"});
  }
  if (plan.active) {
    const bool is_rsa = std::holds_alternative<std::size_t>(plan.active->key);
    to.insert({"AA", is_rsa ? "AA-RSA" : "AA-ECDSA"});
  }
  if (plan.terminal) {
    const bool is_ec = plan.terminal->scheme.family == host::pki::SignatureFamily::ecdsa;
    to.insert({"TA", "DATE", "MIG", is_ec ? "ECDSA" : "RSA"});
  }
}

void add_files(const Plan& plan, Profiles& to) {
  // What every chip has needs no word, and DG14 and DG15 follow from the protocols.
  for (const auto ef : plan.files) {
    if (host::lds::data_group_number(ef) > 2) to.insert(std::string{host::lds::to_string(ef)});
  }
  to.insert("19794-5");
  if (plan.files.contains(Ef::dg3)) to.insert("19794-4");
  if (plan.files.contains(Ef::dg4)) to.insert("19794-6");
  if (plan.files.contains(Ef::atr_info)) to.insert("EFATR");
  // 9303-10 §3.11.3: EF.DIR is there where more than one application may be.
  if (plan.files.contains(Ef::dir)) to.insert("LDS2");
}

}  // namespace

std::set<std::string> profiles_of(const Plan& plan) {
  Profiles profiles{"ICAO", "OddIns", "MF"};
  add_access(plan, profiles);
  add_chip(plan, profiles);
  add_files(plan, profiles);
  return profiles;
}

}  // namespace cicada::tools::lower_tester
