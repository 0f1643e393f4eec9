#include "cicada/host/access/pace_protocol.h"

#include <set>
#include <string>

#include "cicada/asn1/oids.h"
#include "cicada/host/access/attempts.h"
#include "cicada/host/access/pace_password.h"
#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::host::access;
using crypto::openssl::Curve;
using crypto::openssl::Modp;

namespace {

asn1::Oid pace(int mapping, int cipher) {
  return asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.4." + std::to_string(mapping) + "." + std::to_string(cipher))
      .value();
}

PaceOffer offer(int mapping, int cipher, std::uint32_t parameter_id) {
  const auto usable = usable_offer(pace(mapping, cipher), 2, parameter_id);
  if (!usable) FAIL("not usable");
  return *usable;
}

}  // namespace

TEST_GROUP(PaceProtocol){};

TEST(PaceProtocol, has_nineteen_members) {
  std::set<std::string_view> names;
  for (int mapping = 0; mapping < 128; ++mapping) {
    for (int cipher = 0; cipher < 128; ++cipher) {
      const auto protocol = PaceProtocol::from_oid(pace(mapping, cipher));
      const bool known = cipher >= 1 && cipher <= 4 && (mapping <= 4 ? mapping >= 1 : mapping == 6 && cipher >= 2);
      if (protocol.has_value() != known) FAIL((std::to_string(mapping) + "." + std::to_string(cipher)).c_str());
      if (protocol) names.insert(name_of(*protocol));
    }
  }
  LONGS_EQUAL(19, names.size());
  CHECK(!names.contains(""));
}

TEST(PaceProtocol, says_what_an_identifier_means) {
  const auto cam = PaceProtocol::from_oid(asn1::Oid::of("0.4.0.127.0.7.2.2.4.6.4")).value();
  CHECK(cam.agreement == KeyAgreement::ecdh && cam.mapping == Mapping::chip_authentication);
  CHECK(cam.cipher == KeyKind::aes256);
  CHECK_STRING("PACE-ECDH-CAM-AES-CBC-CMAC-256", name_of(cam));
  const auto dh = PaceProtocol::from_oid(asn1::Oid::of("0.4.0.127.0.7.2.2.4.3.1")).value();
  CHECK(dh.agreement == KeyAgreement::dh && dh.mapping == Mapping::integrated && dh.cipher == KeyKind::tdes);
}

TEST(PaceProtocol, is_not_found_beside_its_arc) {
  for (const auto& oid :
       {asn1::oids::kIdPace, asn1::oids::kIdCa, asn1::Oid::of("0.4.0.127.0.7.2.2.3.2.2"),
        asn1::Oid::of("0.4.0.127.0.7.2.2.4.2"), asn1::Oid::of("0.4.0.127.0.7.2.2.4.2.2.1"), asn1::Oid{}}) {
    CHECK(!PaceProtocol::from_oid(oid).has_value());
  }
}

TEST(PaceProtocol, knows_the_standardized_parameters_and_no_others) {
  for (std::uint32_t id = 0; id < 300; ++id) {
    CHECK_EQUAL(id <= 2 || (id >= 8 && id <= 18), standardized_domain(id).has_value());
  }
  CHECK(standardized_domain(13) == Domain{Curve::brainpool_p256r1});
  CHECK(standardized_domain(12) == Domain{Curve::p256});
  CHECK(standardized_domain(18) == Domain{Curve::p521});
  CHECK(standardized_domain(0) == Domain{Modp::modp_1024_160});
  CHECK(standardized_domain(1) == Domain{Modp::modp_2048_224});
}

TEST(PaceProtocol, is_not_used_with_what_does_not_fit) {
  CHECK(usable_offer(pace(2, 2), 2, 13).has_value());
  CHECK(!usable_offer(pace(2, 2), 1, 13).has_value());            // version
  CHECK(!usable_offer(pace(2, 2), 2, std::nullopt).has_value());  // parameters of nobody's knowledge
  CHECK(!usable_offer(pace(2, 2), 2, 32).has_value());            // explicit parameters
  CHECK(!usable_offer(pace(2, 2), 2, 0xFFFFFFFF).has_value());
  CHECK(!usable_offer(pace(2, 2), 2, 0).has_value());   // a group for DH
  CHECK(!usable_offer(pace(1, 2), 2, 13).has_value());  // a curve for ECDH
  CHECK(!usable_offer(pace(5, 2), 2, 13).has_value());
  CHECK(!usable_offer(pace(6, 1), 2, 13).has_value());  // CAM has no 3DES
  CHECK(!usable_offer(pace(4, 2), 2, 10).has_value());  // P-224 has no integrated mapping
  CHECK(usable_offer(pace(2, 2), 2, 10).has_value());
}

TEST(PaceProtocol, is_chosen_by_strength) {
  const auto best = [](std::vector<PaceOffer> offers) {
    const auto* const chosen = strongest(offers);
    return std::string{name_of(chosen->protocol)} + " " + std::to_string(chosen->parameter_id);
  };
  // Chip authentication mapping before everything else.
  CHECK_STRING("PACE-ECDH-CAM-AES-CBC-CMAC-128 13", best({offer(2, 4, 18), offer(6, 2, 13), offer(4, 4, 17)}));
  // A long key is worth what its group is worth.
  CHECK_STRING("PACE-ECDH-GM-AES-CBC-CMAC-192 15", best({offer(2, 4, 12), offer(2, 3, 15)}));
  CHECK_STRING("PACE-ECDH-GM-AES-CBC-CMAC-256 12", best({offer(2, 2, 12), offer(2, 4, 12)}));
  CHECK_STRING("PACE-ECDH-GM-AES-CBC-CMAC-128 17", best({offer(2, 2, 13), offer(2, 2, 17)}));
  // 3DES last.
  CHECK_STRING("PACE-DH-IM-AES-CBC-CMAC-128 2", best({offer(2, 1, 18), offer(3, 2, 2)}));
  CHECK_STRING("PACE-ECDH-GM-AES-CBC-CMAC-128 13", best({offer(4, 2, 13), offer(2, 2, 13)}));
  CHECK_STRING("PACE-ECDH-GM-AES-CBC-CMAC-128 13", best({offer(1, 2, 2), offer(2, 2, 13)}));
  // Of equals the first.
  CHECK_STRING("PACE-ECDH-GM-AES-CBC-CMAC-128 13", best({offer(2, 2, 13), offer(2, 2, 12)}));
  CHECK(strongest({}) == nullptr);
}

TEST_GROUP(PacePassword){};

TEST(PacePassword, of_the_zone_is_its_whole_hash) {
  const auto password = PacePassword::from_mrz_information("T22000129364081251010318").value();
  CHECK(password.kind() == PasswordKind::mrz);
  CHECK_BYTES(from_hex("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD").value(), password.expose());
  CHECK_FAULT(Fault::bad_input, PacePassword::from_mrz_information("T2200012936408125101031"));
  CHECK_FAULT(Fault::bad_input, PacePassword::from_mrz_information("T22000129364081251010 18"));
}

TEST(PacePassword, of_the_card_is_six_digits_as_they_are) {
  CHECK_BYTES(as_bytes("001099"), PacePassword::from_can("001099").value().expose());
  for (const auto* wrong : {"", "12345", "1234567", "12345a", "12 456", "０12345"}) {
    CHECK_FAULT(Fault::bad_input, PacePassword::from_can(wrong));
  }
}

TEST(PacePassword, of_the_holder_is_four_to_sixty_four_characters) {
  CHECK(PacePassword::from_pin("123456").value().kind() == PasswordKind::pin);
  CHECK(PacePassword::from_puk("1234567890").value().kind() == PasswordKind::puk);
  CHECK_BYTES(as_bytes("gr\xFC\xDF"), PacePassword::from_pin("gr\xFC\xDF").value().expose());
  CHECK_FAULT(Fault::bad_input, PacePassword::from_pin("123"));
  CHECK_FAULT(Fault::bad_input, PacePassword::from_pin(std::string(65, '1')));
  CHECK_FAULT(Fault::bad_input, PacePassword::from_puk("1234\n"));
}

TEST_GROUP(AttemptDelay){};

TEST(AttemptDelay, grows_with_every_failure_up_to_its_cap) {
  using std::chrono::milliseconds;
  std::vector<long> waits;
  AttemptDelay delay{[&](milliseconds wait) { waits.push_back(wait.count()); }};
  for (int i = 0; i < 9; ++i) {
    delay.before_attempt();
    delay.failed();
  }
  CHECK((waits == std::vector<long>{250, 500, 1000, 2000, 4000, 8000, 10000, 10000}));
  for (int i = 0; i < 1000; ++i) delay.failed();
  LONGS_EQUAL(10000, delay.delay().count());
}

TEST(AttemptDelay, is_none_before_the_first_attempt_and_after_success) {
  int waited = 0;
  AttemptDelay delay{[&](std::chrono::milliseconds) { ++waited; }};
  delay.before_attempt();
  delay.failed();
  delay.succeeded();
  delay.before_attempt();
  LONGS_EQUAL(0, waited);
}
