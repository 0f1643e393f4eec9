#include "cicada/host/gp/diversify.h"

#include <filesystem>
#include <string>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/host/gp/key_check.h"
#include "folder.h"
#include "gp_vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using host::gp::MasterKey;

namespace {
const auto kMaster = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"_hex;

MasterKey master() {
  return MasterKey{base::ByteView{kMaster}.first<16>()};
}

host::gp::ChipSerial serial() {
  const auto octets = "43494341444100000042"_hex;
  return test::serial(octets);
}

/// The key of this purpose in the vectors.
base::Bytes expected(int purpose) {
  for (const auto& vector : test::vectors_of_kind("kdf3")) {
    if (vector.at("purpose") == purpose && test::octets(vector, "master") == kMaster) {
      return test::octets(vector, "key");
    }
  }
  return {};
}
}  // namespace

TEST_GROUP(Diversify){};

TEST(Diversify, gives_each_purpose_its_own_key) {
  const auto keys = host::gp::diversify(master(), serial());
  CHECK_OK(keys);
  CHECK_BYTES(expected(1), keys->k_enc.expose());
  CHECK_BYTES(expected(2), keys->k_mac.expose());
  CHECK_BYTES(expected(3), keys->k_dek.expose());
}

TEST(Diversify, gives_another_chip_other_keys) {
  auto other = serial();
  other.back() ^= 0x01;
  const auto keys = host::gp::diversify(master(), other);
  CHECK_OK(keys);
  CHECK(!base::equal(expected(1), keys->k_enc.expose()));
  CHECK(!base::equal(expected(2), keys->k_mac.expose()));
}

TEST(Diversify, as_a_key_source_outlives_the_master_key_it_was_made_from) {
  host::gp::KeySource source;
  {
    const auto short_lived = master();
    source = host::gp::diversified(short_lived);
  }
  const auto keys = source(serial());
  CHECK_OK(keys);
  CHECK_BYTES(expected(1), keys->k_enc.expose());
}

TEST(Diversify, agrees_with_the_published_check_values_of_every_scheme) {
  for (const auto& vector : test::vectors_of_kind("diversification")) {
    const auto scheme = host::gp::diversification_named(vector.at("scheme").get<std::string>());
    CHECK(scheme.has_value());
    const auto key = MasterKey::copy_of(test::octets(vector, "master")).value();
    const auto keys = host::gp::diversify(key, test::serial(test::octets(vector, "serial")), *scheme);
    CHECK_OK(keys);
    CHECK_BYTES(test::octets(vector, "k_enc"), keys->k_enc.expose());
    CHECK_BYTES(test::octets(vector, "k_mac"), keys->k_mac.expose());
    CHECK_BYTES(test::octets(vector, "k_dek"), keys->k_dek.expose());
    const auto type = *scheme == host::gp::Diversification::kdf3 ? host::gp::KeyType::aes : host::gp::KeyType::tdes;
    const auto check = vector.at("check_values");
    const auto expect = [&](std::size_t at, base::ByteView octets) {
      CHECK_BYTES(base::from_hex(check.at(at).get<std::string>()).value(),
                  host::gp::key_check_value(type, octets).value());
    };
    expect(0, keys->k_enc.expose());
    expect(1, keys->k_mac.expose());
    expect(2, keys->k_dek.expose());
  }
}

TEST(Diversify, has_a_name_for_each_scheme_and_none_for_others) {
  for (const auto scheme : host::gp::kDiversifications) {
    CHECK(host::gp::diversification_named(host::gp::to_string(scheme)) == scheme);
  }
  CHECK(!host::gp::diversification_named("visa"));
  CHECK(!host::gp::diversification_named(""));
}

TEST(Diversify, with_3des_wants_a_master_key_of_16_octets) {
  const auto longer = MasterKey::copy_of(base::Bytes(24)).value();
  CHECK_FAULT(base::Fault::bad_input, host::gp::diversify(longer, serial(), host::gp::Diversification::emv));
  CHECK_FAULT(base::Fault::bad_input, host::gp::diversify(longer, serial(), host::gp::Diversification::visa2));
  CHECK_OK(host::gp::diversify(longer, serial(), host::gp::Diversification::kdf3));
}

TEST_GROUP(MasterKeyFile) {
  tests::Folder dir;
  std::filesystem::path path = dir / "transport-master.key";

  base::Result<MasterKey> read(std::string_view text) {
    CHECK_OK(base::write_file(path, base::as_bytes(text), 0600));
    return host::gp::read_master_key(path);
  }
};

TEST(MasterKeyFile, holds_a_key_among_comments_and_empty_lines) {
  const auto key = read("# TEST KEY, never for real cards\n\n  \t\r\n0f1e2d3c4b5a6978 8796A5B4C3D2E1F0\r\n# end\n");
  CHECK_OK(key);
  CHECK_BYTES(kMaster, key->expose());
}

TEST(MasterKeyFile, may_end_without_a_line_break) {
  CHECK_OK(read("0F1E2D3C4B5A69788796A5B4C3D2E1F0"));
}

TEST(MasterKeyFile, without_a_key_is_refused) {
  const auto key = read("# only a comment\n");
  CHECK_FAULT(base::Fault::bad_input, key);
  CHECK_STRING("the master key file holds no key: write the 32 hexadecimal digits of the master key on one line",
               key.error().describe());
}

TEST(MasterKeyFile, with_a_short_or_long_key_is_refused_and_the_line_named) {
  const auto brief = read("# comment\n0F1E2D3C4B5A69788796A5B4C3D2E1\n");
  CHECK_FAULT(base::Fault::bad_input, brief);
  CHECK_STRING(
      "the master key does not have 16 octets (at 2): write the 32 hexadecimal digits of the master key on one line",
      brief.error().describe());
  CHECK_FAULT(base::Fault::bad_input, read("0F1E2D3C4B5A69788796A5B4C3D2E1F0AA\n"));
}

TEST(MasterKeyFile, with_text_that_is_not_hexadecimal_is_refused) {
  CHECK_FAULT(base::Fault::bad_input, read("-----BEGIN PRIVATE KEY-----\n"));
  CHECK_FAULT(base::Fault::bad_input, read("0F1E2D3C4B5A69788796A5B4C3D2E1F\n"));
}

TEST(MasterKeyFile, with_two_keys_is_refused) {
  const auto key = read("0F1E2D3C4B5A69788796A5B4C3D2E1F0\n0F1E2D3C4B5A69788796A5B4C3D2E1F0\n");
  CHECK_FAULT(base::Fault::bad_input, key);
  LONGS_EQUAL(2, *key.error().at);
}

TEST(MasterKeyFile, that_is_missing_or_huge_is_refused) {
  CHECK_FAULT(base::Fault::not_found, host::gp::read_master_key(dir / "nothing.key"));
  CHECK_FAULT(base::Fault::limit, read(std::string(5000, '#')));
}

TEST(MasterKeyFile, that_others_may_read_or_write_is_refused_however_it_is_read) {
  const std::string text(32, 'A');
  for (const auto mode : {0644, 0640, 0604, 0620, 0602}) {
    CHECK_OK(base::write_file(path, base::as_bytes(text), static_cast<mode_t>(mode)));
    CHECK_FAULT(base::Fault::bad_input, host::gp::read_master_key(path));
    CHECK_FAULT(base::Fault::bad_input, host::gp::read_master_key_of_any_size(path));
    CHECK_FAULT(base::Fault::bad_input, host::gp::read_static_keys(path));
    CHECK(host::gp::read_static_keys(path).error().hint.view().starts_with("chmod 600"));
  }
  CHECK_OK(base::write_file(path, base::as_bytes(text), 0400));
  CHECK_OK(host::gp::read_master_key(path));
  CHECK_OK(host::gp::read_static_keys(path));
}

TEST(MasterKeyFile, of_any_size_holds_16_24_or_32_octets) {
  for (std::size_t size = 1; size < 40; ++size) {
    CHECK_OK(base::write_file(path, base::as_bytes(std::string(2 * size, 'A')), 0600));
    const auto key = host::gp::read_master_key_of_any_size(path);
    CHECK_EQUAL(size == 16 || size == 24 || size == 32, key.has_value());
    if (key) LONGS_EQUAL(size, key->size());
  }
}

TEST(MasterKeyFile, of_static_keys_holds_three_of_one_size_or_one_for_all) {
  const auto keys = [&](std::string_view text) {
    CHECK_OK(base::write_file(path, base::as_bytes(text), 0600));
    return host::gp::read_static_keys(path);
  };
  const std::string a(32, 'A');
  const std::string b(32, 'B');
  const std::string c(32, 'C');
  const auto three = keys("# test\n" + a + "\n" + b + "\n" + c + "\n");
  CHECK_OK(three);
  CHECK_BYTES(base::Bytes(16, 0xAA), three->k_enc.expose());
  CHECK_BYTES(base::Bytes(16, 0xBB), three->k_mac.expose());
  CHECK_BYTES(base::Bytes(16, 0xCC), three->k_dek.expose());
  const auto one = keys(c);
  CHECK_OK(one);
  CHECK_BYTES(base::Bytes(16, 0xCC), one->k_mac.expose());
  CHECK_FAULT(base::Fault::bad_input, keys(a + "\n" + b));
  CHECK_FAULT(base::Fault::bad_input, keys(a + "\n" + b + "\n" + c + "\n" + a));
  CHECK_FAULT(base::Fault::bad_input, keys(a + "\n" + b + "\n" + std::string(48, 'C')));
  CHECK_FAULT(base::Fault::bad_input, keys(""));
  CHECK_FAULT(base::Fault::bad_input, keys(std::string(34, 'A')));
  CHECK_FAULT(base::Fault::not_found, host::gp::read_static_keys(dir / "nothing"));
}
