// The dialect "cicada-1" as data against the plans that the same dialect gave when it was written in C++: not an octet,
// label, phase or mask may differ. vectors/perso/cicada-1-plans.txt was recorded before that code went.
#include <fstream>
#include <sstream>
#include <string>

#include "cicada/host/perso/dialect.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using host::perso::Content;
using host::perso::Plan;
using host::perso::Profile;

namespace {

Bytes counting(std::size_t size, std::size_t seed) {
  Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(i * 31 + i / 256 + seed);
  return octets;
}

/// Something of everything; DG2 reaches behind the even offsets.
Content content(std::size_t portrait, std::size_t certificates) {
  Content content;
  std::size_t seed = 0;
  for (const auto& name : host::perso::content_names()) {
    content.files[name] = counting(name == "dg2" ? portrait : 20 + 60 * seed % 500, seed);
    ++seed;
  }
  content.files["dg1"].resize(90);
  content.files["ef-com"].resize(24);
  content.files["ef-dir"].resize(24);
  content.files["ef-atr-info"].resize(24);
  const auto enc = counting(16, 0x40);
  const auto mac = counting(16, 0x80);
  content.bac.emplace(
      host::perso::BacKeys{.k_enc = base::Key<host::perso::ForBacEncryption, 16>{ByteView{enc}.first<16>()},
                           .k_mac = base::Key<host::perso::ForBacMac, 16>{ByteView{mac}.first<16>()}});
  content.pace_mrz = base::SecretBytes{counting(20, 0xC0)};
  content.pace_can = base::SecretBytes{"303030303139"_hex};
  content.trust.emplace();
  for (std::size_t i = 0; i < certificates; ++i) content.trust->cvca.push_back(counting(438 + 40 * i, 0x7F));
  content.trust->today = base::parse_iso_date("2026-11-05").value();
  content.trust->document_number = "L898902C36";
  return content;
}

void append(std::string& text, const Plan& plan) {
  for (const auto& step : plan.steps) {
    text += std::string{host::perso::to_string(step.phase())} + " | " + step.label() + " | " +
            base::to_hex(step.command().encode().value()) + " |";
    for (const auto& range : step.secret()) {
      text += " " + std::to_string(range.offset) + "+" + std::to_string(range.size);
    }
    text += "\n";
  }
}

void append_case(std::string& text, const std::string& name, const Profile& profile, const Content& given) {
  text += "case " + name + "\n";
  append(text, host::perso::make_key_plan(profile));
  const auto plan = host::perso::make_plan(profile, given);
  if (!plan) FAIL(plan.error().text.c_str());
  append(text, *plan);
  append(text, host::perso::make_erase_plan(profile));
}

Profile profile_of(const std::string& name) {
  auto profile = host::perso::load_profile("../personalization-scripts/profiles/" + name + ".toml");
  if (!profile) FAIL(profile.error().text.c_str());
  return *std::move(profile);
}

std::string plans() {
  std::string text;
  append_case(text, "cccd-2021", profile_of("cccd-2021"), content(34000, 1));
  const auto passport = profile_of("icao-td3-passport");
  append_case(text, "icao-td3-passport", passport, content(700, 2));

  auto other = passport;
  other.finish = host::perso::FinalState::personalized;
  other.active_authentication = {.bits = 0, .domain = 18, .hash = 5};
  other.chip_authentication = {
      {.domain = 2, .key_id = 5, .names = {}, .oids = {"04007F00070202030101"_hex, "04007F00070202030102"_hex}},
      {.domain = 13, .key_id = 13, .names = {}, .oids = {"04007F00070202030202"_hex}}};
  for (auto& file : other.files) {
    if (file.max) file.size = host::perso::SizeRule::max;
    if (file.max) file.max = 1200;
    if (file.name == "DG11") file.sfi = 0;
    if (file.name == "DG12") file.read = host::perso::AccessRule::never;
    if (file.name == "DG3") file.read = host::perso::AccessRule::eac_dg4;
  }
  auto given = content(1100, 1);
  given.trust->document_number.clear();
  append_case(text, "other", other, given);

  other.chip_authentication.resize(1);
  other.chip_authentication[0].key_id = {};
  other.bac_keys = other.pace_mrz = other.pace_can = false;
  other.pace.clear();
  other.active_authentication.reset();
  other.terminal_authentication.reset();
  std::erase_if(other.files, [](const auto& file) { return file.content == host::perso::kCvcaContent; });
  append_case(text, "bare", other, given);
  return text;
}

}  // namespace

TEST_GROUP(RecordedPlans){};

TEST(RecordedPlans, are_what_the_dialect_gives) {
  std::ifstream file{"vectors/perso/cicada-1-plans.txt"};
  std::ostringstream recorded;
  recorded << file.rdbuf();
  std::istringstream expected{recorded.str()};
  std::istringstream given{plans()};
  std::size_t lines = 0;
  for (std::string want, have; std::getline(expected, want); ++lines) {
    if (want.starts_with('#')) continue;
    std::getline(given, have);
    CHECK_STRING(want, have);
  }
  CHECK(lines > 250);
  std::string rest;
  CHECK(!std::getline(given, rest));
}
