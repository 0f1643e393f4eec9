// `cicada gp` as a user meets it, on card files.
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "folder.h"
#include "managed_card.h"
#include "tiny_cap.h"

#include "harness.h"

using namespace cicada;
using base::Bytes;
using host::gp::Protocol;
using nlohmann::json;
using test::CardKind;
using test::ManagedCard;

namespace {
constexpr CardKind kScp03{.protocol = Protocol::scp03, .i = 0x71, .key_size = 32};
constexpr CardKind kScp02{.protocol = Protocol::scp02, .i = 0x55, .key_size = 16};
}  // namespace

TEST_GROUP(GpCommand) {
  tests::Folder dir;
  std::string out;

  void write_keys(const std::string& name, std::size_t size, std::uint8_t shade) {
    const auto keys = test::keys_of(size, shade);
    const auto text = base::to_hex(keys.k_enc.expose()) + "\n" + base::to_hex(keys.k_mac.expose()) + "\n" +
                      base::to_hex(keys.k_dek.expose()) + "\n";
    CHECK_OK(base::write_file(dir / name, base::as_bytes(text), 0600));
  }

  /// The exit code; `out` is what was printed on standard output.
  int run(const std::string& arguments) {
    const auto command = std::string{CICADA_COMMAND} + " gp " + arguments + " >" + (dir / "out").string() + " 2>" +
                         (dir / "err").string();
    const auto status = std::system(("cd " + dir.path().string() + " && " + command).c_str());
    const auto octets = base::read_file(dir / "out").value();
    out = std::string{base::as_text(octets)};
    return WEXITSTATUS(status);
  }

  std::string error() {
    const auto octets = base::read_file(dir / "err").value();
    return std::string{base::as_text(octets)};
  }
};

TEST(GpCommand, manages_a_card_from_the_first_look_to_the_last_lock) {
  for (const auto& kind : {kScp03, kScp02}) {
    std::filesystem::remove(dir / "a.card");
    ManagedCard::write(dir / "a.card", kind);
    write_keys("old", kind.key_size, 0);
    write_keys("new", kind.key_size, 7);
    CHECK_OK(base::write_file(dir / "tiny.cap", test::zipped(test::tiny_cap_parts())));
    LONGS_EQUAL(0, run("info --card a.card --json"));
    CHECK(json::parse(out).at("security_domain") == "A000000151000000");
    const auto* hash = kind.protocol == Protocol::scp02 ? "--hash sha-1" : "--hash";
    LONGS_EQUAL(0, run(std::string{"install --card a.card --keys old --cap tiny.cap --load-only --json "} + hash));
    CHECK(json::parse(out).at("loaded") == "F043494341440102");
    LONGS_EQUAL(0, run("list --card a.card --keys old --json"));
    CHECK(out.find("F043494341440102") != std::string::npos);
    CHECK(json::parse(out).at("issuer_security_domain").at(0).at("life_cycle") == "INITIALIZED");
    LONGS_EQUAL(0, run("list --card a.card --keys old"));
    CHECK(out.find("SELECTABLE") != std::string::npos);
    LONGS_EQUAL(0, run("delete --card a.card --keys old F043494341440102"));
    LONGS_EQUAL(2, run("delete --card a.card --keys old F043494341440102"));  // gone: the same as with a lock
    LONGS_EQUAL(2, run("lock --card a.card --keys old F043494341440102"));
    LONGS_EQUAL(0, run("lock --card a.card --keys old A0000002471001"));
    LONGS_EQUAL(0, run("unlock --card a.card --keys old A0000002471001"));
    LONGS_EQUAL(0, run("put-key --card a.card --keys old --new-keys new --new-version 31 --replace 30 --json"));
    LONGS_EQUAL(3, json::parse(out).at("check_values").size());
    LONGS_EQUAL(1, run("list --card a.card --keys old"));  // a check failed: the card does not have these keys
    LONGS_EQUAL(0, run("list --card a.card --keys new --key-version 31"));
    LONGS_EQUAL(2, run("lock --card a.card --keys new --terminate"));
    CHECK(error().find("--for-good") != std::string::npos);
    LONGS_EQUAL(0, run("list --card a.card --keys new"));  // nothing was sent
    // There is no lock to take off: SECURED would be for good, and nobody asked for it.
    LONGS_EQUAL(2, run("unlock --card a.card --keys new --whole-card"));
    CHECK(error().find("the card is not locked") != std::string::npos);
    LONGS_EQUAL(0, run("list --card a.card --keys new --json"));
    CHECK(json::parse(out).at("issuer_security_domain").at(0).at("life_cycle") == "INITIALIZED");
    LONGS_EQUAL(0, run("secure --card a.card --keys new --json"));
    CHECK(json::parse(out).at("state") == "SECURED");
    LONGS_EQUAL(2, run("secure --card a.card --keys new"));
    LONGS_EQUAL(0, run("lock --card a.card --keys new --whole-card"));
    LONGS_EQUAL(0, run("unlock --card a.card --keys new --whole-card"));
    LONGS_EQUAL(0, run("lock --card a.card --keys new --terminate --for-good"));
    CHECK(run("list --card a.card --keys new") != 0);
  }
}

TEST(GpCommand, personalizes_an_application_with_data_groupings) {
  // EF.DG1 and its content over several commands; access keys; the end.
  const auto first = "# files\n0062 62 12 82 01 01 83 02 01 01 80 02 02 00 88 01 08 8C 02 01 40\r\n\n  00D6 01010000" +
                     base::to_hex(Bytes(500, 0x61)) + "\n";
  const auto second = "8062* 8010" + base::to_hex(Bytes(16, 0x11)) + "8110" + base::to_hex(Bytes(16, 0x22)) + "\n9F00";
  for (const auto& kind : {kScp03, kScp02}) {
    std::filesystem::remove(dir / "a.card");
    ManagedCard::write(dir / "a.card", kind);
    write_keys("old", kind.key_size, 0);
    CHECK_OK(base::write_file(dir / "first", base::as_bytes(first), 0600));
    CHECK_OK(base::write_file(dir / "second", base::as_bytes(second), 0600));
    const std::string command = "personalize --card a.card --keys old --aid A0000002471001 --json ";
    // In two runs, and then in one that closes it.
    LONGS_EQUAL(0, run(command + "--more --groupings first"));
    CHECK(json::parse(out) == json({{"personalized", "A0000002471001"}, {"groupings", 2}, {"closed", false}}));
    LONGS_EQUAL(0, run(command + "--more --hex 00D60501010000AA9F0000"));
    LONGS_EQUAL(3, run(command + "--groupings first"));  // nobody could read it without access keys
    CHECK(error().find("sw 6985") != std::string::npos);
    LONGS_EQUAL(0, run(command + "--groupings first second"));
    CHECK(json::parse(out) == json({{"personalized", "A0000002471001"}, {"groupings", 4}, {"closed", true}}));
    LONGS_EQUAL(0, run("list --card a.card --keys old --json"));
    CHECK(json::parse(out).at("applications").at(0).at("life_cycle_octet") == "0F");
    LONGS_EQUAL(3, run(command + "--groupings first second"));  // closed
  }
}

TEST(GpCommand, refuses_data_groupings_that_are_none_before_the_card_is_touched) {
  ManagedCard::write(dir / "a.card", kScp03);
  write_keys("old", 32, 0);
  const auto counter = [&] {
    LONGS_EQUAL(0, run("info --card a.card --json"));
    return base::read_file(dir / "a.card", 1U << 20U).value();
  };
  const auto before = counter();
  const std::string command = "personalize --card a.card --keys old ";
  for (const auto* wrong :
       {"--aid A0000002471001", "--hex 9F0000", "--aid A0 --hex 9F0000", "--aid A0000002471001 --hex 9F00",
        "--aid A0000002471001 --hex 9F0001", "--aid A0000002471001 --hex xyz", "--aid A0000002471001 --hex ''",
        "--aid A0000002471001 --groupings nothing", "--aid A0000002471001 --groupings old --hex 9F0000"}) {
    LONGS_EQUAL(2, run(command + wrong));
  }
  for (const auto* wrong : {"", "# nothing\n", "9F00 0\n", "9F\n", "9F00*x 00\n", "0062 62\nDG1 00\n", "9F0000 00\n"}) {
    CHECK_OK(base::write_file(dir / "wrong", base::as_bytes(std::string_view{wrong}), 0600));
    LONGS_EQUAL(2, run(command + "--aid A0000002471001 --groupings wrong"));
  }
  CHECK_OK(base::write_file(dir / "open", base::as_bytes(std::string_view{"9F00\n"}), 0644));
  LONGS_EQUAL(2, run(command + "--aid A0000002471001 --groupings open"));
  CHECK(error().find("chmod 600") != std::string::npos);
  CHECK_BYTES(before, counter());
}

TEST(GpCommand, prints_no_key_and_takes_none_as_an_argument) {
  ManagedCard::write(dir / "a.card", kScp03);
  write_keys("old", 32, 0);
  write_keys("new", 32, 7);
  LONGS_EQUAL(0, run("put-key --card a.card --keys old --new-keys new --new-version 31"));
  for (const auto shade : {0, 7}) {
    const auto keys = test::keys_of(32, static_cast<std::uint8_t>(shade));
    for (const auto key : {keys.k_enc.expose(), keys.k_mac.expose(), keys.k_dek.expose()}) {
      CHECK((out + error()).find(base::to_hex(key.first(8))) == std::string::npos);
    }
  }
  LONGS_EQUAL(2, run("list --card a.card --keys 404142434445464748494A4B4C4D4E4F"));  // no such file
}

TEST(GpCommand, takes_no_key_that_others_may_read) {
  ManagedCard::write(dir / "a.card", kScp03);
  write_keys("old", 32, 0);
  write_keys("open", 32, 0);
  std::filesystem::permissions(dir / "open", std::filesystem::perms{0644});
  for (const auto* wrong : {"list --card a.card --keys open", "list --card a.card --master open",
                            "put-key --card a.card --keys old --new-keys open --new-version 31"}) {
    LONGS_EQUAL(2, run(wrong));
    CHECK(error().find("chmod 600") != std::string::npos);
  }
  LONGS_EQUAL(0, run("list --card a.card --keys old --key-version 30"));
}

TEST(GpCommand, complains_about_wrong_use_before_the_card_is_touched) {
  ManagedCard::write(dir / "a.card", kScp03);
  write_keys("old", 32, 0);
  for (const auto* wrong :
       {"list --card a.card", "list --card a.card --keys old --master old", "list --card a.card --keys old --scp 01",
        "list --card a.card --keys old --level 7", "list --card a.card --keys old --level 22",
        "list --card a.card --keys old --scp 02", "list --card a.card --keys nothing",
        "delete --card a.card --keys old A0", "install --card a.card --keys old --cap old",
        "install --card a.card --keys old --package F000000001",
        "install --card a.card --keys old --package F000000001 --module F000000001 --hash md5",
        "lock --card a.card --keys old", "put-key --card a.card --keys old --new-keys old --new-version 80",
        "list --card a.card --master old --diversify visa", "list --card a.card --keys old --diversify emv"}) {
    LONGS_EQUAL(2, run(wrong));
  }
  LONGS_EQUAL(0, run("list --card a.card --keys old"));
}
