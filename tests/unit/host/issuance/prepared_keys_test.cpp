// Keys for chips that do not make their own: made with the data, signed for, and sealed with the job.
#include "cicada/asn1/security_infos.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/rsa.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "cicada/host/pki/test_country.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::lds::Ef;
using host::perso::Profile;
namespace lds = cicada::host::lds;
namespace openssl = cicada::crypto::openssl;
namespace pki = cicada::host::pki;

namespace {

const base::FixedClock kClock{test::day(2026, 7, 1)};

Profile profile_of(const std::string& name) {
  auto profile = host::perso::load_profile("../personalization-scripts/profiles/" + name + ".toml");
  if (!profile) FAIL(profile.error().text.c_str());
  return *std::move(profile);
}

CardJob prepared(const Profile& profile) {
  const test::PortraitFolder folder;
  auto result = check(test::good_dossier(), folder.context());
  CHECK(result.dossier.has_value());
  base::SystemRng rng;
  auto job = prepare_files(*result.dossier, profile, rng);
  if (!job) FAIL(job.error().describe().c_str());
  return *std::move(job);
}

SodSigner signer() {
  base::SystemRng rng;
  const auto country = pki::create_test_country({}, rng, kClock);
  auto made = SodSigner::create(pki::document_signer(country.value()).value());
  CHECK_OK(made);
  return *std::move(made);
}

JobKey key() {
  return JobKey{std::array<std::uint8_t, 32>{}};
}

bool has(ByteView where, ByteView what) {
  return !std::ranges::search(where, what).empty();
}

}  // namespace

TEST_GROUP(PreparedKeys){};

TEST(PreparedKeys, are_made_for_a_kind_of_card_that_takes_them_and_for_no_other) {
  CHECK(prepared(profile_of("cccd-2021")).keys == nullptr);
  const auto job = prepared(profile_of("gp-dgi-cccd"));
  CHECK(job.keys != nullptr);
  LONGS_EQUAL(1, job.keys->chip.size());
  const auto again = openssl::EcPrivateKey::create(openssl::Curve::brainpool_p256r1, job.keys->active->value.expose());
  CHECK_OK(again);
  CHECK_BYTES(again->public_point(), job.keys->public_halves.active->value);
  CHECK(!base::equal(job.keys->active->value.expose(), job.keys->chip[0].value.expose()));
}

TEST(PreparedKeys, stand_in_the_signed_files_without_any_card) {
  const auto profile = profile_of("gp-dgi-cccd");
  auto job = prepared(profile);
  CHECK_OK(complete_files(job, profile, {}, signer()));
  CHECK(has(job.files.at(Ef::dg15), job.keys->public_halves.active->value));
  CHECK(has(job.files.at(Ef::dg14), job.keys->public_halves.chip[0].value));
  for (const auto& [ef, content] : job.files) {
    CHECK(!has(content, job.keys->active->value.expose()));
    CHECK(!has(content, job.keys->chip[0].value.expose()));
  }
}

TEST(PreparedKeys, of_rsa_sign_what_their_public_half_verifies) {
  const auto job = prepared(profile_of("jmrtd-cccd"));
  const auto& secret = *job.keys->active;
  const auto& open = *job.keys->public_halves.active;
  LONGS_EQUAL(256, open.modulus.size());
  LONGS_EQUAL(128, secret.prime_p.size());
  CHECK(secret.exponent.size() <= 256);
  // p divides n: its last octets and those of q multiply to those of n.
  const auto low = [](ByteView octets) {
    return static_cast<unsigned>(octets[octets.size() - 2] << 8U | octets.back());
  };
  LONGS_EQUAL(low(open.modulus), low(secret.prime_p.expose()) * low(secret.prime_q.expose()) & 0xFFFFU);
}

TEST(PreparedKeys, come_back_from_a_sealed_job_as_they_were) {
  for (const auto* name : {"jmrtd-cccd", "gp-dgi-cccd"}) {
    const auto job = prepared(profile_of(name));
    const auto sealed = seal(job, "D-1", 1, {.run = {}, .key = key()});
    CHECK_OK(sealed);
    CHECK(!has(*sealed, job.keys->chip[0].value.expose()));
    const auto opened = open_sealed(*sealed, "D-1", 1, key());
    CHECK_OK(opened);
    CHECK(opened->keys != nullptr);
    for (const auto member : {&host::perso::PrivateHalf::value, &host::perso::PrivateHalf::exponent,
                              &host::perso::PrivateHalf::prime_p, &host::perso::PrivateHalf::coefficient}) {
      CHECK_BYTES(((*job.keys->active).*member).expose(), ((*opened->keys->active).*member).expose());
    }
    CHECK_BYTES(job.keys->chip[0].value.expose(), opened->keys->chip.at(0).value.expose());
    CHECK_BYTES(job.keys->public_halves.chip[0].value, opened->keys->public_halves.chip.at(0).value);
    CHECK_BYTES(job.keys->public_halves.active->modulus, opened->keys->public_halves.active->modulus);
  }
}

TEST(PreparedKeys, of_a_size_that_nobody_makes_are_refused) {
  auto profile = profile_of("jmrtd-cccd");
  profile.active_authentication->bits = 1280;
  const test::PortraitFolder folder;
  auto result = check(test::good_dossier(), folder.context());
  base::SystemRng rng;
  CHECK_FAULT(Fault::bad_input, prepare_files(*result.dossier, profile, rng));
}
