// The dialects "jmrtd" and "gp-dgi" against the simulated cards that speak them: docs/card-commands.md was read twice.
#include <fmt/format.h>

#include "card_on_bench.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/rsa.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/access/session.h"
#include "cicada/host/perso/dialect.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using applet_sim::kernel::LifeCycle;
using applet_sim::manager::Application;
using applet_sim::manager::Protocol;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::perso::Phase;
using host::perso::Profile;
using test::CardOnBench;
namespace openssl = crypto::openssl;

namespace {

Profile profile_of(const std::string& name) {
  auto profile = host::perso::load_profile("../personalization-scripts/profiles/" + name + ".toml");
  if (!profile) FAIL(profile.error().text.c_str());
  return *std::move(profile);
}

/// Keys as the data preparation makes them; RSA takes a while, so it is made once.
std::shared_ptr<const host::perso::PreparedKeys> keys_for(const Profile& profile) {
  static const auto kRsa = openssl::RsaPrivateKey::generate(2048).value();
  auto keys = std::make_shared<host::perso::PreparedKeys>();
  auto& secret = keys->active.emplace();
  auto& open = keys->public_halves.active.emplace();
  if (profile.active_authentication->bits != 0) {
    secret.exponent = kRsa.numbers().value().exponent;
    open.modulus = kRsa.modulus();
    open.exponent = kRsa.exponent();
  } else {
    const auto key = openssl::EcPrivateKey::generate(openssl::Curve::brainpool_p256r1).value();
    secret.value = key.scalar().value();
    open.value = key.public_point();
  }
  const auto key = openssl::EcPrivateKey::generate(openssl::Curve::brainpool_p256r1).value();
  keys->chip.emplace_back().value = key.scalar().value();
  keys->public_halves.chip.emplace_back().value = key.public_point();
  return keys;
}

host::perso::Content content_for(const Profile& profile) {
  auto content = test::invented_content();
  content.keys = keys_for(profile);
  return content;
}

host::perso::Plan plan_of(const Profile& profile) {
  auto plan = host::perso::make_plan(profile, content_for(profile));
  if (!plan) FAIL(plan.error().text.c_str());
  return *std::move(plan);
}

void personalize(CardOnBench& bench, const Profile& profile, const host::perso::Plan& plan,
                 host::perso::PhaseRange phases = {}) {
  auto session = bench.open_session(profile, test::master_key());
  if (!session) FAIL(session.error().describe().c_str());
  LONGS_EQUAL(10, session->chip_id().size());
  const auto report = host::perso::run(plan, *session, {}, phases);
  if (!report) FAIL(report.error().describe().c_str());
}

/// Every file that a terminal with access keys may read is what the plan's content says.
void check_read_back(CardOnBench& bench, const Profile& profile) {
  const auto content = test::invented_content();
  bench.power_cycle();
  host::access::PlainSession plain{bench.channel()};
  CHECK_OK(plain.transmit({.cla = 0x00, .ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex}));
  const auto keys = host::access::BacKeys::from_mrz_information(test::kMrzInformation).value();
  auto session = host::access::run_bac(std::move(plain), keys, bench.rng());
  if (!session) FAIL(session.error().error.describe().c_str());
  for (const auto& file : profile.files) {
    if (file.df == host::perso::kMasterFile || file.content == "dg3") continue;
    const auto& expected = file.content == host::perso::kCvcaContent ? "420F"_hex : content.files.at(file.content);
    Bytes read;
    while (read.size() < expected.size()) {
      const auto wanted = std::min<std::size_t>(0xDF, expected.size() - read.size());
      const bool first = read.empty();
      const auto response =
          session->transmit({.cla = 0x00,
                             .ins = 0xB0,
                             .p1 = static_cast<std::uint8_t>(first ? 0x80U | file.sfi : read.size() >> 8U),
                             .p2 = static_cast<std::uint8_t>(first ? 0 : read.size() & 0xFFU),
                             .ne = static_cast<std::uint32_t>(wanted)});
      CHECK_OK(response);
      if (response->data.empty()) FAIL(fmt::format("{}: sw {:04X}", file.name, response->sw).c_str());
      base::append(read, response->data);
    }
    CHECK_BYTES(expected, read);
  }
}

}  // namespace

TEST_GROUP(OtherChips) {
  const Profile jmrtd = profile_of("jmrtd-cccd");
  const Profile groupings = profile_of("gp-dgi-cccd");
};

TEST(OtherChips, jmrtd_is_written_and_reads_back) {
  CardOnBench bench{Application::jmrtd, Protocol::scp03, 0x70};
  personalize(bench, jmrtd, plan_of(jmrtd));
  CHECK(bench.life_cycle() == LifeCycle::locked);
  check_read_back(bench, jmrtd);
}

TEST(OtherChips, jmrtd_takes_no_command_after_the_lock) {
  CardOnBench bench{Application::jmrtd, Protocol::scp03, 0x70};
  personalize(bench, jmrtd, plan_of(jmrtd));
  bench.power_cycle();
  LONGS_EQUAL(0x9000, bench.status_of("00A4040C07A0000002471001"_hex));
  for (const auto& command : {"00E0000006630400280101"_hex, "00DADEAD"_hex, "00DA0067060206010100 05"_hex}) {
    LONGS_EQUAL(0x6985, bench.status_of(command));
  }
  bench.power_cycle();
  CHECK_FAULT(Fault::conflict, bench.open_session(jmrtd, test::master_key()));
}

TEST(OtherChips, jmrtd_refuses_steps_in_the_wrong_order) {
  CardOnBench bench{Application::jmrtd, Protocol::scp03, 0x70};
  auto session = bench.open_session(jmrtd, test::master_key());
  CHECK_OK(session);
  auto plan = plan_of(jmrtd);
  // The content of a file before the file.
  std::swap(plan.steps.at(1), plan.steps.at(3));
  const auto report = host::perso::run(plan, *session);
  CHECK(!report.has_value());
  LONGS_EQUAL(1, report.error().step);
  LONGS_EQUAL(0x6985, report.error().error.sw);
  CHECK_STRING("the card is locked already, or no file is selected", report.error().meaning);
}

TEST(OtherChips, jmrtd_can_be_written_again_until_it_has_a_trust_point) {
  CardOnBench bench{Application::jmrtd, Protocol::scp03, 0x70};
  auto first = plan_of(jmrtd);
  first.steps.erase(first.steps.begin() + 30, first.steps.end());
  personalize(bench, jmrtd, first);
  bench.power_cycle();
  personalize(bench, jmrtd, plan_of(jmrtd));
  check_read_back(bench, jmrtd);
}

TEST(OtherChips, groupings_are_written_under_scp03_and_read_back) {
  CardOnBench bench{Application::groupings, Protocol::scp03, 0x70};
  personalize(bench, groupings, plan_of(groupings));
  CHECK(bench.life_cycle() == LifeCycle::locked);
  check_read_back(bench, groupings);
}

TEST(OtherChips, groupings_are_written_under_scp02_and_read_back) {
  for (const auto option : {std::uint8_t{0x15}, std::uint8_t{0x55}}) {
    CardOnBench bench{Application::groupings, Protocol::scp02, option};
    personalize(bench, groupings, plan_of(groupings));
    CHECK(bench.life_cycle() == LifeCycle::locked);
    check_read_back(bench, groupings);
  }
}

TEST(OtherChips, groupings_can_be_finished_by_another_run) {
  CardOnBench bench{Application::groupings, Protocol::scp03, 0x70};
  const auto plan = plan_of(groupings);
  personalize(bench, groupings, plan, {.last = Phase::content});
  CHECK(bench.life_cycle() == LifeCycle::blank);
  bench.power_cycle();
  personalize(bench, groupings, plan, {.first = Phase::personalize, .last = Phase::personalize});
  CHECK(bench.life_cycle() == LifeCycle::personalized);
  bench.power_cycle();
  personalize(bench, groupings, plan, {.first = Phase::lock, .last = Phase::lock});
  CHECK(bench.life_cycle() == LifeCycle::locked);
  check_read_back(bench, groupings);
}

TEST(OtherChips, groupings_tell_whether_they_are_locked_and_take_nothing_then) {
  CardOnBench bench{Application::groupings, Protocol::scp03, 0x70};
  const auto plan = plan_of(groupings);
  const auto dialect = host::perso::dialect_of(groupings);
  for (const auto phase : {Phase::content, Phase::personalize, Phase::lock}) {
    bench.power_cycle();
    auto session = bench.open_session(groupings, test::master_key());
    CHECK_OK(session);
    CHECK(host::perso::lock_of(*dialect, *session).value() == host::perso::Lock::open);
    CHECK(host::perso::is_personalized(*dialect, *session).value() == (phase == Phase::lock));
    CHECK(host::perso::run(plan, *session, {}, {phase, phase}).has_value());
  }
  bench.power_cycle();
  auto session = bench.open_session(groupings, test::master_key());
  CHECK_OK(session);
  CHECK(host::perso::lock_of(*dialect, *session).value() == host::perso::Lock::locked);
  for (const auto phase : {Phase::content, Phase::personalize, Phase::lock}) {
    const auto report = host::perso::run(plan, *session, {}, {phase, phase});
    CHECK(!report.has_value());
    LONGS_EQUAL(0x6985, report.error().error.sw);
  }
  check_read_back(bench, groupings);
  // Of another kind: it has no such question, or no such answer.
  CardOnBench other{Application::jmrtd, Protocol::scp03, 0x70};
  auto plain = other.open_session(jmrtd, test::master_key());
  CHECK_OK(plain);
  CHECK(host::perso::lock_of(*host::perso::dialect_of(jmrtd), *plain).value() == host::perso::Lock::unknown);
  CHECK_FAULT(Fault::card_status, host::perso::lock_of(*dialect, *plain));
}

TEST(OtherChips, groupings_begun_are_erased_and_written_again) {
  CardOnBench bench{Application::groupings, Protocol::scp03, 0x70};
  const auto plan = plan_of(groupings);
  personalize(bench, groupings, plan, {.last = Phase::content});
  bench.power_cycle();
  personalize(bench, groupings, host::perso::make_erase_plan(groupings));
  bench.power_cycle();
  personalize(bench, groupings, plan);
  check_read_back(bench, groupings);
}

TEST(OtherChips, groupings_out_of_order_or_in_the_clear_are_refused) {
  CardOnBench bench{Application::groupings, Protocol::scp03, 0x70};
  auto session = bench.open_session(groupings, test::master_key());
  CHECK_OK(session);
  auto plan = plan_of(groupings);
  std::swap(plan.steps.at(2), plan.steps.at(3));
  const auto report = host::perso::run(plan, *session);
  CHECK(!report.has_value());
  LONGS_EQUAL(2, report.error().step);
  LONGS_EQUAL(0x6985, report.error().error.sw);

  CardOnBench open{Application::groupings, Protocol::scp03, 0x70};
  auto other = open.open_session(groupings, test::master_key());
  CHECK_OK(other);
  CHECK_OK(other->transmit({.cla = 0x80, .ins = 0xE6, .p1 = 0x20, .data = "000007A0000002471001000000"_hex}));
  const auto plain = other->transmit({.cla = 0x80,
                                      .ins = 0xE2,
                                      .p1 = 0x08,
                                      .data = base::concat({"8062248010"_hex, Bytes(16), "8110"_hex, Bytes(16)})});
  CHECK_OK(plain);
  LONGS_EQUAL(0x6A80, plain->sw);
}

TEST(OtherChips, with_another_master_key_are_not_written) {
  CardOnBench bench{Application::groupings, Protocol::scp03, 0x70};
  CHECK_FAULT(Fault::security, bench.open_session(groupings, test::master_key(0x01)));
  CHECK(bench.life_cycle() == LifeCycle::blank);
  // Of another kind: a jmrtd card has a card manager, too, but no STORE DATA behind it.
  CardOnBench other{Application::jmrtd, Protocol::scp03, 0x70};
  auto session = other.open_session(groupings, test::master_key());
  CHECK_OK(session);
  const auto report = host::perso::run(plan_of(groupings), *session);
  CHECK(!report.has_value());
  LONGS_EQUAL(0, report.error().step);
}
