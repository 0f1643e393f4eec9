// The specimen that the BSI published in 2008: a SHA-1 security object under a 224 bit brainpool curve.
#include "cicada/asn1/cms.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/auth/deviation.h"
#include "document.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::auth;
using namespace cicada::tests;
using vectors::octets;

namespace {
nlohmann::json specimen() {
  return vectors::data("lds_files.json", "bsi2008-sod");
}
}  // namespace

TEST_GROUP(BsiSpecimen){};

TEST(BsiSpecimen, IsSignedAndItsDataGroupsAreThose) {
  const auto data = specimen();
  const auto sod = octets(data, "ef_sod");
  const auto com = octets(data, "ef_com");
  const auto dg1 = octets(data, "dg1");
  const auto dg14 = octets(data, "dg14");
  const PassiveInput input{.ef_sod = sod, .data_groups = {{1, dg1}, {14, dg14}}, .at = today(), .ef_com = com};
  const auto checks = passive_authentication(input);
  CHECK_VERDICT(passed, "(EC brainpoolP224r1, SHA-1)", checks, sod_signature);
  CHECK_VERDICT(passed, "DG1, DG14 as signed; not read: DG2, DG3", checks, dg_hashes);
  CHECK_VERDICT(not_checked, "no trust material", checks, ds_path);
  CHECK_STRING(deviation::kSha1, check_of(checks, CheckName::sod_signature).deviations.front());
  const auto verdict = judge_files(input);
  CHECK_STRING("incomplete", to_string(verdict.outcome()));
  CHECK(verdict.find(CheckName::chip_authentication)->matters);
  CHECK(!verdict.find(CheckName::active_authentication)->matters);
}

TEST(BsiSpecimen, DoesNotSignAnotherName) {
  const auto data = specimen();
  const auto sod = octets(data, "ef_sod");
  auto dg1 = octets(data, "dg1");
  dg1[20] ^= 1;
  const auto checks = passive_authentication({.ef_sod = sod, .data_groups = {{1, dg1}}, .at = today()});
  CHECK_VERDICT(failed, "DG1: not what was signed", checks, dg_hashes);
}

TEST(BsiSpecimen, DoesNotVerifyWithAnyBitOfItsSignatureFlipped) {
  const auto data = specimen();
  const auto good = octets(data, "ef_sod");
  const auto signature = asn1::parse_signed_data(asn1::read_only(good)->value)->signer_infos.front().signature;
  const auto place = std::ranges::search(good, signature);
  const auto start = static_cast<std::size_t>(place.begin() - good.begin());
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    auto sod = good;
    sod[start + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto checks = passive_authentication({.ef_sod = sod, .at = today()});
    CHECK(check_of(checks, CheckName::sod_signature).result == CheckResult::failed);
  }
}
