// The example of docs/personalization-scripts.md, taken from the page, drives a card that answers from a list: a kind
// of card is a file.
#include <fstream>
#include <sstream>
#include <string>

#include "cicada/host/perso/run.h"
#include "cicada/host/transport/loopback.h"
#include "folder.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using host::perso::Content;
using host::perso::Dialect;
using host::perso::DialectSet;
using host::perso::Profile;

namespace {

std::string page() {
  std::ifstream file{"../docs/personalization-scripts.md"};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What stands between the fences.
std::string example() {
  const auto text = page();
  constexpr std::string_view kFence = "```toml\n";
  const auto start = text.find(kFence);
  if (start == std::string::npos) FAIL("there is no example in the page");
  const auto end = text.find("```\n", start + kFence.size());
  return text.substr(start + kFence.size(), end - start - kFence.size());
}

constexpr std::string_view kProfile = R"~([profile]
name = "acme"
dialect = "acme-os"
keys = ["bac"]
finish = "locked"
[[application]]
name = "LDS1"
aid = "A0000002471001"
fid = 0xDF01
[[file]]
name = "EF.DIR"
df = "MF"
fid = 0x2F00
sfi = 0x1E
content = "ef-dir"
size = "exact"
read = "always"
[[file]]
name = "DG1"
df = "LDS1"
fid = 0x0101
sfi = 0x01
content = "dg1"
size = "exact"
read = "access"
)~";

Content content() {
  Content content;
  content.files["ef-dir"] = "61094F07A0000002471001"_hex;
  content.files["dg1"] = Bytes(200, 0x5A);
  const Bytes enc(16, 0xE1);
  const Bytes mac(16, 0xE2);
  content.bac.emplace(
      host::perso::BacKeys{.k_enc = base::Key<host::perso::ForBacEncryption, 16>{ByteView{enc}.first<16>()},
                           .k_mac = base::Key<host::perso::ForBacMac, 16>{ByteView{mac}.first<16>()}});
  return content;
}

}  // namespace

TEST_GROUP(AcmeOs) {
  tests::Folder folder;
  DialectSet dialects = DialectSet::builtin();

  void setup() override {
    std::ofstream{folder / "acme-os.toml"} << example();
  }
  Profile profile() {
    if (const auto added = dialects.add_folder(folder.path()); !added) FAIL(added.error().text.c_str());
    auto read = host::perso::parse_profile(kProfile, "acme.toml", dialects);
    if (!read) FAIL(read.error().text.c_str());
    return *std::move(read);
  }
};

TEST(AcmeOs, of_the_page_makes_the_plan_that_its_card_takes) {
  const auto plan = host::perso::make_plan(profile(), content());
  if (!plan) FAIL(plan.error().text.c_str());
  std::string masked;
  for (int i = 0; i < 16; ++i) masked += " **";
  std::string filling;
  for (int i = 0; i < 192; ++i) filling += " 5A";
  CHECK_STRING(
      "00:  SELECT MF                             80 A4 00 0C 02 3F 00\n"
      "01:  CREATE FILE LDS1                      80 E0 38 00 15 62 13 82 01 38 83 02 DF 01 84 07 A0 00 00 02 47 10 01 "
      "8A "
      "01 01\n"
      "02:  CREATE FILE EF.DIR                    80 E0 01 00 18 62 16 80 02 00 0B 82 02 01 21 83 02 2F 00 88 01 F0 8A "
      "01 "
      "01 8C 02 01 00\n"
      "03:  UPDATE BINARY EF.DIR at 0             80 D6 00 00 0B 61 09 4F 07 A0 00 00 02 47 10 01\n"
      "04:  SELECT LDS1                           80 A4 04 0C 07 A0 00 00 02 47 10 01\n"
      "05:  CREATE FILE DG1                       80 E0 01 00 18 62 16 80 02 00 C8 82 02 01 21 83 02 01 01 88 01 08 8A "
      "01 "
      "01 8C 02 01 13\n"
      "06:  UPDATE BINARY DG1 at 0                80 D6 00 00 C0" +
          filling +
          "\n"
          "07:  UPDATE BINARY DG1 at 192              80 D6 00 C0 08 5A 5A 5A 5A 5A 5A 5A 5A\n"
          "08:  PUT DATA access keys                  80 DB 3F FF 2A 7F 70 27 83 01 11 90 10" +
          masked + " 91 10" + masked +
          "\n"
          "09:  ACTIVATE FILE LDS1                    80 44 04 00 07 A0 00 00 02 47 10 01\n"
          "10:  SET STATUS secured                    80 F0 80 0F\n",
      host::perso::to_text(*plan));
}

TEST(AcmeOs, of_the_page_drives_a_card) {
  const auto wanted = profile();
  const auto plan = host::perso::make_plan(wanted, content());
  CHECK(plan.has_value());
  std::vector<Bytes> heard;
  host::transport::LoopbackTransport transport{[&heard](ByteView command) {
    heard.push_back(base::to_bytes(command));
    return "9000"_hex;
  }};
  host::iso7816::Channel channel{transport};
  host::perso::Session session{channel};
  const auto report = host::perso::run(*plan, session);
  if (!report) FAIL(report.error().describe().c_str());
  LONGS_EQUAL(plan->steps.size(), report->steps);
  LONGS_EQUAL(plan->steps.size(), heard.size());
  for (std::size_t i = 0; i < heard.size(); ++i) CHECK_BYTES(plan->steps[i].command().encode().value(), heard[i]);
}

TEST(AcmeOs, of_the_page_knows_what_its_card_means) {
  const auto plan = host::perso::make_plan(profile(), content());
  CHECK(plan.has_value());
  std::size_t commands = 0;
  host::transport::LoopbackTransport transport{
      [&commands](ByteView) { return ++commands == 3 ? "6A84"_hex : "9000"_hex; }};
  host::iso7816::Channel channel{transport};
  host::perso::Session session{channel};
  const auto report = host::perso::run(*plan, session);
  CHECK(!report.has_value());
  CHECK_STRING("step 2 (CREATE FILE EF.DIR): the card refused the command (sw 6A84): no room for this file",
               report.error().describe());
  LONGS_EQUAL(3, commands);
}

TEST(AcmeOs, can_stand_beside_the_profile) {
  std::string text{kProfile};
  text.replace(text.find("\"acme-os\""), 9, "\"acme-os.toml\"");
  std::ofstream{folder / "acme.toml"} << text;
  const auto read = host::perso::load_profile(folder / "acme.toml");
  if (!read) FAIL(read.error().text.c_str());
  CHECK_STRING("acme-os", read->dialect);
  // Nobody finds it by its name alone.
  CHECK(!host::perso::parse_profile(kProfile, "acme.toml").has_value());
  text.replace(text.find("acme-os.toml"), 12, "acme-no.toml");
  std::ofstream{folder / "acme.toml"} << text;
  const auto missing = host::perso::load_profile(folder / "acme.toml");
  CHECK(!missing.has_value());
}
