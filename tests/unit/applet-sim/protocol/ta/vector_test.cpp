// Chains that somebody else made (tests/vectors/cv_certificates.json).
#include "cicada/applet_sim/protocol/ta/certificate.h"
#include "cicada/applet_sim/protocol/ta/terminal.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::protocol;
namespace vectors = cicada::tests::vectors;

namespace {

constexpr const char* kFile = "cv_certificates.json";

ta::Certificate read(const nlohmann::json& data, const char* name) {
  const auto certificate = ta::read_whole_certificate(vectors::octets(data, name));
  CHECK_OK(certificate);
  return *certificate;
}

ta::TrustPoint point_of(const ta::Certificate& certificate) {
  const auto key = ta::key_of(certificate, std::nullopt);
  CHECK_OK(key);
  return {.holder = certificate.holder,
          .authorization = certificate.authorization,
          .effective = certificate.effective,
          .expiration = certificate.expiration,
          .key = *key};
}

Bytes inside(const ta::Certificate& certificate) {
  return concat({certificate.body, "5F3738"_hex, certificate.signature});
}

ta::State imported(const ta::State& state, const ta::Trust& trust, const ta::Certificate& certificate) {
  const auto named = ta::name_issuer(state, trust, certificate.authority);
  CHECK_OK(named);
  const auto import = ta::import_certificate(*named, trust, inside(certificate));
  CHECK_OK(import);
  return import->state;
}

}  // namespace

TEST_GROUP(CertificateVectors){};

TEST(CertificateVectors, say_what_is_printed_beside_them) {
  unsigned checked = 0;
  for (const auto* id : {"eac1-chain-jmrtd-orig", "eac1-chain-jmrtd-new"}) {
    const auto data = vectors::data(kFile, id);
    for (const auto* name : {"cvca", "dv", "is"}) {
      const auto certificate = read(data, name);
      const auto& printed = data.at("parsed").at(name);
      CHECK_STRING(printed.at("car").get<std::string>(), as_text(certificate.authority));
      CHECK_STRING(printed.at("chr").get<std::string>(), as_text(certificate.holder));
      CHECK_BYTES(vectors::octets(printed, "chat"), Bytes{certificate.authorization});
      CHECK_BYTES(vectors::octets(printed, "eff"), certificate.effective);
      CHECK_BYTES(vectors::octets(printed, "exp"), certificate.expiration);
      CHECK(certificate.scheme == ta::Scheme::ecdsa_sha224);
      ++checked;
    }
  }
  LONGS_EQUAL(6, checked);
}

TEST(CertificateVectors, lead_from_a_trust_point_to_a_terminal) {
  for (const auto* id : {"eac1-chain-jmrtd-orig", "eac1-chain-jmrtd-new"}) {
    const auto data = vectors::data(kFile, id);
    const std::vector<ta::TrustPoint> points = {point_of(read(data, "cvca"))};
    const ta::Trust trust{.points = points, .today = {0, 8, 1, 2, 0, 1}};
    auto state = imported({}, trust, read(data, "dv"));
    CHECK(state.temporary->role == ta::Role::domestic_verifier);
    LONGS_EQUAL(0x01, state.temporary->rights);
    state = imported(state, trust, read(data, "is"));
    CHECK(state.temporary->role == ta::Role::inspection_system);
    LONGS_EQUAL(0x01, state.temporary->rights);
    CHECK_OK(ta::name_terminal(state, as_bytes("NLIS7202000NL001")));
  }
}

TEST(CertificateVectors, link_the_second_root_to_the_first) {
  const auto first = read(vectors::data(kFile, "eac1-chain-jmrtd-orig"), "cvca");
  const auto second = read(vectors::data(kFile, "eac1-chain-jmrtd-new"), "cvca");
  const std::vector<ta::TrustPoint> points = {point_of(first)};
  const ta::Trust trust{.points = points, .today = first.effective};
  const auto named = ta::name_issuer({}, trust, first.holder);
  CHECK_OK(named);
  const auto import = ta::import_certificate(*named, trust, inside(second));
  CHECK_OK(import);
  CHECK(import->points.has_value());
  LONGS_EQUAL(2, import->points->size());
  CHECK(import->points->at(0) == point_of(second));
  CHECK(import->points->at(1) == point_of(first));
  CHECK(import->today == second.effective);
}

TEST(CertificateVectors, with_explicit_domain_parameters_verify_with_their_own_key) {
  const auto certificate = read(vectors::data(kFile, "cvc-DECVCAEPASS00102"), "cert");
  CHECK(certificate.scheme == ta::Scheme::ecdsa_sha256);
  CHECK_OK(ta::verify(*ta::key_of(certificate, std::nullopt), certificate.body, certificate.signature));
  // A sample of 2007 whose signature belongs to another key: read, and not believed.
  const auto sample = read(vectors::data(kFile, "cvc-epass-cvca"), "cert");
  CHECK_FAULT(Fault::security, ta::verify(*ta::key_of(sample, std::nullopt), sample.body, sample.signature));
}
