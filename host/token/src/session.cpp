#include "session.h"

#include <algorithm>
#include <array>

#include "answers.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/tlv.h"

namespace cicada::host::token {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kMaxAttribute = 4096;

std::unexpected<base::Error> refused(CK_RV answer) {
  return std::unexpected(error_of(answer));
}

/// PKCS#11 takes what it only reads as pointers to what could be written, and no null pointer even for nothing.
CK_BYTE_PTR octets_of(ByteView view) {
  static CK_BYTE nothing = 0;
  if (view.empty()) return &nothing;
  return const_cast<CK_BYTE_PTR>(view.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

/// A point stands in an OCTET STRING; some tokens leave that out.
Bytes bare_point(const Bytes& value) {
  constexpr std::array<std::size_t, 7> kFields = {24, 28, 32, 40, 48, 64, 66};
  const auto object = asn1::read_only(value, asn1::tags::kOctetString);
  if (object && object->value.size() % 2 == 1 && std::ranges::count(kFields, object->value.size() / 2) == 1) {
    return base::to_bytes(object->value);
  }
  return value;
}

}  // namespace

Result<void> Session::open() {
  if (handle_ != CK_INVALID_HANDLE) return {};
  CICADA_TRY(const auto slot, access_->module->find_token(access_->label));
  if (const auto answer = p11().C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &handle_); answer != CKR_OK) {
    handle_ = CK_INVALID_HANDLE;
    return refused(answer);
  }
  if (auto in = log_in(); !in) {
    close();
    return in;
  }
  return {};
}

Result<void> Session::log_in() {
  // One after the other: several sessions with one wrong PIN would lock the token.
  const std::scoped_lock lock{access_->logging_in};
  if (access_->refused) return std::unexpected(*access_->refused);
  const auto pin = access_->pin.expose();
  const auto answer = p11().C_Login(handle_, CKU_USER, octets_of(pin), pin.size());
  if (answer == CKR_OK || answer == CKR_USER_ALREADY_LOGGED_IN) return {};
  const auto error = error_of(answer);
  if (error.fault == Fault::security) access_->refused = error;
  return std::unexpected(error);
}

void Session::close() noexcept {
  keys_.clear();
  if (handle_ == CK_INVALID_HANDLE) return;
  static_cast<void>(p11().C_CloseSession(handle_));
  handle_ = CK_INVALID_HANDLE;
}

void Session::note(const base::Error& error) noexcept {
  // After a refusal nobody knows whether the token still waits for the rest of it. Only a key that is not there, or
  // there twice, says nothing about the session.
  if (error.fault != Fault::not_found && error.fault != Fault::conflict) close();
}

Result<CK_OBJECT_HANDLE> Session::find(const std::string& label, CK_OBJECT_CLASS of) {
  if (const auto known = keys_.find({of, label}); known != keys_.end()) return known->second;
  auto wanted = of;
  std::array<CK_ATTRIBUTE, 2> query = {
      CK_ATTRIBUTE{CKA_CLASS, &wanted, sizeof wanted},
      CK_ATTRIBUTE{CKA_LABEL, octets_of(base::as_bytes(label)), static_cast<CK_ULONG>(label.size())}};
  if (const auto answer = p11().C_FindObjectsInit(handle_, query.data(), query.size()); answer != CKR_OK) {
    return refused(answer);
  }
  std::array<CK_OBJECT_HANDLE, 2> found{};
  CK_ULONG count = 0;
  const auto answer = p11().C_FindObjects(handle_, found.data(), found.size(), &count);
  static_cast<void>(p11().C_FindObjectsFinal(handle_));
  if (answer != CKR_OK) return refused(answer);
  if (count == 0) {
    return base::fail({.fault = Fault::not_found,
                       .what = "the token has no key with this label",
                       .hint = "pkcs11-tool --list-objects shows the labels"});
  }
  if (count > 1) {
    return base::fail({.fault = Fault::conflict, .what = "the token has two keys with this label"});
  }
  keys_.emplace(std::pair{of, label}, found[0]);
  return found[0];
}

Result<Bytes> Session::attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  CK_ATTRIBUTE wanted{type, nullptr, 0};
  if (const auto answer = p11().C_GetAttributeValue(handle_, object, &wanted, 1); answer != CKR_OK) {
    return refused(answer);
  }
  if (wanted.ulValueLen > kMaxAttribute) {
    return base::fail({.fault = Fault::limit, .what = "the token's answer is too long"});
  }
  Bytes value(wanted.ulValueLen);
  wanted.pValue = value.data();
  if (const auto answer = p11().C_GetAttributeValue(handle_, object, &wanted, 1); answer != CKR_OK) {
    return refused(answer);
  }
  if (wanted.ulValueLen > value.size()) return base::fail({.what = "the token changed its mind about a length"});
  value.resize(wanted.ulValueLen);
  return value;
}

Result<TokenPublic> Session::public_half(const std::string& label) {
  CICADA_TRY(const auto key, find(label, CKO_PUBLIC_KEY));
  CK_KEY_TYPE type = 0;
  CK_ATTRIBUTE wanted{CKA_KEY_TYPE, &type, sizeof type};
  if (const auto answer = p11().C_GetAttributeValue(handle_, key, &wanted, 1); answer != CKR_OK) {
    return refused(answer);
  }
  if (type == CKK_EC) {
    CICADA_TRY(auto parameters, attribute(key, CKA_EC_PARAMS));
    CICADA_TRY(const auto point, attribute(key, CKA_EC_POINT));
    return EcPublic{.parameters = std::move(parameters), .point = bare_point(point)};
  }
  if (type == CKK_RSA) {
    CICADA_TRY(auto modulus, attribute(key, CKA_MODULUS));
    CICADA_TRY(auto exponent, attribute(key, CKA_PUBLIC_EXPONENT));
    return RsaPublic{.modulus = std::move(modulus), .exponent = std::move(exponent)};
  }
  return base::fail({.fault = Fault::unsupported, .what = "the key in the token is neither EC nor RSA"});
}

Result<Bytes> Session::sign(const std::string& label, CK_OBJECT_CLASS of, CK_MECHANISM_TYPE mechanism, ByteView data,
                            std::size_t most) {
  CICADA_TRY(const auto key, find(label, of));
  CK_MECHANISM how{mechanism, nullptr, 0};
  if (const auto answer = p11().C_SignInit(handle_, &how, key); answer != CKR_OK) return refused(answer);
  Bytes signature(most);
  CK_ULONG size = signature.size();
  if (const auto answer = p11().C_Sign(handle_, octets_of(data), data.size(), signature.data(), &size);
      answer != CKR_OK) {
    return refused(answer);
  }
  if (size > signature.size()) return base::fail({.what = "the token's signature is too long"});
  signature.resize(size);
  return signature;
}

}  // namespace cicada::host::token
