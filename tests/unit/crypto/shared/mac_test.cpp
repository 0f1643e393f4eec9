#include <array>
#include <optional>

#include "provider.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
namespace vectors = cicada::tests::vectors;
using provider::Cmac;
using provider::RetailMac;

namespace {
/// The vectors carry unpadded data; padding is the test's, as it is the caller's (ISO/IEC 9797-1 §6.3).
Bytes padded(const vectors::json& vector) {
  auto data = vectors::octets(vector, "data");
  if (vectors::text(vector, "padding").starts_with("method 2")) data.push_back(0x80);
  while (data.size() % 8 != 0) data.push_back(0);
  return data;
}

Bytes counting(std::size_t size) {
  Bytes data(size);
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::uint8_t>(3 * i + 1);
  return data;
}

const Bytes kDesKey = "0123456789ABCDEFFEDCBA9876543210"_hex;
const Bytes kAesKey = "2B7E151628AED2A6ABF7158809CF4F3C"_hex;
}  // namespace

TEST_GROUP(RetailMac){};

TEST(RetailMac, equals_published_values) {
  for (const auto& vector : vectors::beginning_with("primitives_mac_cmac_kdf.json", "mac-alg3-")) {
    const auto mac = RetailMac::create(vectors::octets(vector, "key"));
    CHECK_OK(mac);
    const auto data = padded(vector);
    const auto value = mac->compute({data});
    CHECK_OK(value);
    CHECK_BYTES(vectors::octets(vector, "mac"), *value);
  }
}

TEST(RetailMac, does_not_care_where_the_parts_end) {
  const auto mac = RetailMac::create(kDesKey);
  CHECK_OK(mac);
  for (const std::size_t size : {8U, 16U, 24U, 64U, 232U}) {
    const auto data = counting(size);
    const ByteView all{data};
    const auto whole = mac->compute({data});
    CHECK_OK(whole);
    for (std::size_t a = 0; a <= size; a += size > 64 ? 5 : 1) {
      for (std::size_t b = a; b <= size; b += size > 64 ? 7 : 1) {
        const auto parts = mac->compute({all.first(a), all.subspan(a, b - a), {}, all.subspan(b)});
        CHECK_OK(parts);
        CHECK_BYTES(*whole, *parts);
      }
    }
  }
}

TEST(RetailMac, of_one_block_is_one_block_of_3des) {
  const auto mac = RetailMac::create(kDesKey);
  const auto cipher = provider::BlockCipher::create(provider::CipherAlgorithm::tdes2, kDesKey);
  CHECK_OK(mac);
  CHECK_OK(cipher);
  Bytes block(8);
  CHECK_OK(cipher->encrypt_block(counting(8), block));
  const auto value = mac->compute({counting(8)});
  CHECK_OK(value);
  CHECK_BYTES(block, *value);
}

TEST(RetailMac, refuses_data_that_is_not_a_positive_number_of_blocks) {
  const auto mac = RetailMac::create(kDesKey);
  CHECK_OK(mac);
  CHECK_FAULT(Fault::bad_input, mac->compute({}));
  CHECK_FAULT(Fault::bad_input, mac->compute({ByteView{}, ByteView{}}));
  for (std::size_t size = 1; size < 33; ++size) {
    if (size % 8 != 0) CHECK_FAULT(Fault::bad_input, mac->compute({counting(size)}));
  }
  CHECK_FAULT(Fault::bad_input, mac->compute({counting(8), counting(7)}));
  CHECK_OK(mac->compute({counting(9), counting(7)}));
}

TEST(RetailMac, refuses_every_key_of_another_size) {
  for (std::size_t size = 0; size <= 32; ++size) {
    if (size != 16) CHECK_FAULT(Fault::bad_input, RetailMac::create(Bytes(size)));
  }
}

TEST(RetailMac, changes_with_every_bit_of_the_data) {
  const auto mac = RetailMac::create(kDesKey);
  CHECK_OK(mac);
  auto data = counting(24);
  const auto whole = mac->compute({data});
  CHECK_OK(whole);
  for (std::size_t bit = 0; bit < 8 * data.size(); ++bit) {
    data[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK(!equal(*whole, mac->compute({data}).value()));
    data[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
}

TEST(RetailMac, works_in_the_object_it_moved_to) {
  auto first = RetailMac::create(kDesKey);
  CHECK_OK(first);
  const auto before = first->compute({counting(16)});
  std::optional<RetailMac> second{std::move(*first)};
  auto third = RetailMac::create(Bytes(16));
  CHECK_OK(third);
  *third = std::move(*second);
  second.reset();
  CHECK_BYTES(before.value(), third->compute({counting(16)}).value());
}

TEST_GROUP(Cmac){};

TEST(Cmac, equals_published_values) {
  for (const auto& vector : vectors::beginning_with("primitives_mac_cmac_kdf.json", "aes-cmac-")) {
    const auto mac = Cmac::create(vectors::octets(vector, "key"));
    CHECK_OK(mac);
    const auto data = vectors::octets(vector, "data");
    for (int i = 0; i < 2; ++i) {
      const auto value = mac->compute({data});
      CHECK_OK(value);
      CHECK_BYTES(vectors::octets(vector, "mac"), *value);
      CHECK_BYTES(vectors::octets(vector, "mac8"), ByteView{*value}.first(8));
    }
  }
}

TEST(Cmac, does_not_care_where_the_parts_end) {
  const auto mac = Cmac::create(kAesKey);
  CHECK_OK(mac);
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 31U, 32U, 33U, 64U}) {
    const auto data = counting(size);
    const ByteView all{data};
    const auto whole = mac->compute({data});
    CHECK_OK(whole);
    for (std::size_t a = 0; a <= size; ++a) {
      for (std::size_t b = a; b <= size; ++b) {
        const auto parts = mac->compute({all.first(a), all.subspan(a, b - a), {}, all.subspan(b)});
        CHECK_OK(parts);
        CHECK_BYTES(*whole, *parts);
      }
    }
  }
}

TEST(Cmac, of_nothing_is_a_value) {
  const auto mac = Cmac::create(kAesKey);
  CHECK_OK(mac);
  CHECK_BYTES("BB1D6929E95937287FA37D129B756746"_hex, mac->compute({}).value());
  CHECK_BYTES("BB1D6929E95937287FA37D129B756746"_hex, mac->compute({ByteView{}, ByteView{}}).value());
}

TEST(Cmac, refuses_every_key_of_another_size) {
  for (std::size_t size = 0; size <= 40; ++size) {
    const auto mac = Cmac::create(Bytes(size));
    if (size == 16 || size == 24 || size == 32) {
      CHECK_OK(mac);
    } else {
      CHECK_FAULT(Fault::bad_input, mac);
    }
  }
}

TEST(Cmac, changes_with_every_bit_of_the_data) {
  const auto mac = Cmac::create(kAesKey);
  CHECK_OK(mac);
  auto data = counting(33);
  const auto whole = mac->compute({data});
  CHECK_OK(whole);
  for (std::size_t bit = 0; bit < 8 * data.size(); ++bit) {
    data[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK(!equal(*whole, mac->compute({data}).value()));
    data[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
}

TEST(Cmac, works_in_the_object_it_moved_to) {
  auto first = Cmac::create(kAesKey);
  CHECK_OK(first);
  std::optional<Cmac> second{std::move(*first)};
  auto third = Cmac::create(Bytes(32));
  CHECK_OK(third);
  *third = std::move(*second);
  second.reset();
  CHECK_BYTES("BB1D6929E95937287FA37D129B756746"_hex, third->compute({}).value());
}
