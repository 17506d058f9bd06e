// SPDX-License-Identifier: MIT
// A self-signed certificate for tests, in files that go with it. Not part of any program.

#pragma once

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace malinka::net {

class TestCertificate {
 public:
  /// `names` as OpenSSL has them: "DNS:hub.test,IP:127.0.0.1". Valid for an hour from now, plus
  /// `shift`.
  explicit TestCertificate(const std::string& names, long shift_seconds = 0) {
    std::string pattern = (std::filesystem::temp_directory_path() / "malinka-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                  EVP_PKEY_free);
    REQUIRE(key);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), shift_seconds - 60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), shift_seconds + 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* const subject = X509_get_subject_name(certificate.get());
    const std::string name = "Malinka test";
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.data()), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_EXTENSION* const extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    REQUIRE(extension != nullptr);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
    REQUIRE(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
    write(chain(), [&](std::FILE* file) { return PEM_write_X509(file, certificate.get()); });
    write(this->key(), [&](std::FILE* file) {
      return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  ~TestCertificate() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  [[nodiscard]] std::filesystem::path chain() const { return folder_ / "chain.pem"; }
  [[nodiscard]] std::filesystem::path key() const { return folder_ / "key.pem"; }

 private:
  template <typename Writer>
  static void write(const std::filesystem::path& path, Writer writer) {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    REQUIRE(file != nullptr);
    CHECK(writer(file) == 1);
    std::fclose(file);
  }

  std::filesystem::path folder_;
};

}  // namespace malinka::net
