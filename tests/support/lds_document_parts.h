// The parts that sound documents are made of.
#pragma once

#include "lds_document.h"

namespace cicada::tests {

/// A picture that says its size: the first segments of a JPEG.
[[nodiscard]] Bytes small_jpeg(std::uint16_t width, std::uint16_t height);
/// ISO/IEC 19794-5: one face with these feature points.
[[nodiscard]] Bytes face_record(const std::vector<Bytes>& points);
/// { A1 header; block } in 7F60.
[[nodiscard]] Bytes instance(std::uint8_t type, std::optional<std::uint8_t> subtype, Bytes format, const Bytes& block);
/// The whole data group.
[[nodiscard]] Bytes biometric_group(asn1::Tag tag, const std::vector<Bytes>& instances);

[[nodiscard]] Bytes dg2_19794();
[[nodiscard]] Bytes dg3_19794();
[[nodiscard]] Bytes dg4_19794();
[[nodiscard]] Bytes dg2_39794();
[[nodiscard]] Bytes dg3_39794();
[[nodiscard]] Bytes dg4_39794();

[[nodiscard]] Bytes dg1(std::string_view mrz);
[[nodiscard]] Bytes com(std::initializer_list<std::uint8_t> tags);
[[nodiscard]] Bytes dg11();
[[nodiscard]] Bytes dg12();
[[nodiscard]] Bytes atr_info();
[[nodiscard]] Bytes cvca_file();
[[nodiscard]] Bytes info(const asn1::Oid& protocol, ByteView required, ByteView optional = {});
[[nodiscard]] Bytes set_of(std::vector<Bytes> infos);

/// Keys of the whole program: made once.
[[nodiscard]] const crypto::openssl::PrivateKey& csca_test_key();
[[nodiscard]] const crypto::openssl::PrivateKey& ec_test_key();
[[nodiscard]] const crypto::openssl::PrivateKey& rsa_test_key();
[[nodiscard]] const crypto::openssl::PrivateKey& chip_test_key();  ///< brainpoolP256r1

/// CSCA and document signer of Utopia with the profile of 9303-12.
[[nodiscard]] CertificateRecipe csca_recipe();
[[nodiscard]] CertificateRecipe signer_recipe(const crypto::openssl::PrivateKey& key, const std::string& document_type);
[[nodiscard]] Bytes name_der(const std::string& country, const std::string& common_name);
[[nodiscard]] Bytes validity_der(base::Instant from, base::Instant until);

}  // namespace cicada::tests
